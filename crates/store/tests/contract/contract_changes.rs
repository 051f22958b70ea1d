//! How contracts change, go and are listed (CON-1, CONV-5, CONV-6, CONV-11).

use domain::Id;
use domain::contract::{Contract, Draft, NewContract, State};
use domain::signal::{Intent, Visibility};
use domain::user::User;
use domain::version::Expected;
use sql::Engine;
use store::contract::{Change, Filter, delete, explain_list_own, find, list_own, update};
use testkit::{Fresh, event};

use crate::contracts::{agent, note, sale};
use crate::data::{Data, at_once, flat, with_visibility};

on_each_engine! { Migrated:
    a_contract_changes_for_the_version_that_was_read,
    of_parallel_changes_of_one_version_one_succeeds,
    what_is_named_already_stays,
    a_contract_is_deleted_once_and_with_its_tasks,
    contracts_are_listed_for_their_person,
    the_list_walks_an_index,
}

/// A change of everything but the dates.
fn change<'a>(
    contract: Id<Contract>,
    version: i64,
    new: &'a NewContract,
    audit: &'a store::audit::Event,
) -> Change<'a> {
    Change {
        contract,
        version,
        new,
        document: None,
        state: State::Signed,
        plan: None,
        audit,
    }
}

async fn a_contract_changes_for_the_version_that_was_read(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let with_text = NewContract::parse(&Draft {
        document_text: Some("제1조"),
        ..sale()
    });
    let contract = note(&data, user, &with_text.unwrap()).await.unwrap().id;
    data.clock.advance_seconds(5);
    let lease = NewContract::parse(&Draft {
        kind: "jeonse",
        role: "landlord",
        price: None,
        deposit: Some(7),
        lease_end_date: Some("2031-01-01"),
        counterparty_name: Some("이서연"),
        ..sale()
    })
    .unwrap();
    let (first, second) = (event(), event());
    let events = data.count("audit_events").await;
    for (who, version) in [(other, 1), (user, 2), (user, 0)] {
        let changed = update(
            data.db(),
            data.viewer(who),
            &change(contract, version, &lease, &first),
        )
        .await;
        assert!(changed.unwrap().is_none());
    }
    let changed = update(data.db(), data.viewer(user), &change(contract, 1, &lease, &first)).await;
    let changed = changed.unwrap().unwrap();
    assert_eq!((changed.version, changed.state), (2, State::Signed));
    assert_eq!((changed.basis, changed.amounts.deposit), (lease.basis(), Some(7)));
    assert_eq!(
        (changed.created_at, changed.updated_at),
        (testkit::START, data.now())
    );
    assert!(changed.has_document, "nothing was said of its text");
    let found = find(data.db(), contract, user).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{changed:?}"));
    assert_eq!(data.count("audit_events").await, events + 1);

    let without = Change {
        document: Some(None),
        ..change(contract, 2, &lease, &second)
    };
    let changed = update(data.db(), data.viewer(user), &without)
        .await
        .unwrap()
        .unwrap();
    assert!(!changed.has_document);
}

async fn of_parallel_changes_of_one_version_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let new = NewContract::parse(&sale()).unwrap();
    let contract = note(&data, user, &new).await.unwrap().id;
    let changed = at_once(12, |_| {
        let (data, new) = (data.clone(), new.clone());
        async move {
            let db = data.fresh.another_instance();
            let audit = event();
            let changed = update(&db, data.viewer(user), &change(contract, 1, &new, &audit)).await;
            changed.unwrap().is_some()
        }
    })
    .await;
    assert_eq!(changed.iter().filter(|changed| **changed).count(), 1);
    assert_eq!(find(data.db(), contract, user).await.unwrap().unwrap().version, 2);
}

async fn what_is_named_already_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, owner) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let (agent, _) = agent(&data).await;
    store::agent::verify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap();
    let new = NewContract {
        signal_id: Some(signal),
        agent_id: Some(agent),
        ..NewContract::parse(&sale()).unwrap()
    };
    let contract = note(&data, user, &new).await.unwrap().id;
    data.set_state(signal, "closed").await;
    store::agent::unverify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap();
    let audit = event();
    let changed = update(data.db(), data.viewer(user), &change(contract, 1, &new, &audit)).await;
    assert!(changed.unwrap().is_some(), "neither is there any more");
    let other = NewContract {
        signal_id: Some(
            data.publish(owner, &with_visibility(Visibility::Private))
                .await
                .id,
        ),
        ..new.clone()
    };
    let audit = event();
    let changed = update(data.db(), data.viewer(user), &change(contract, 2, &other, &audit)).await;
    assert!(changed.unwrap().is_none(), "a new one has to be seen");
}

async fn a_contract_is_deleted_once_and_with_its_tasks(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let new = NewContract::parse(&sale()).unwrap();
    let (contract, kept) = (
        note(&data, user, &new).await.unwrap().id,
        note(&data, user, &new).await.unwrap().id,
    );
    let go = async |contract, user, expected: Expected| {
        delete(data.db(), contract, user, &expected, &event(), data.now())
            .await
            .unwrap()
    };
    assert!(!go(contract, other, Expected::Whatever).await);
    assert!(!go(contract, user, Expected::OneOf(vec![2])).await);
    assert!(go(contract, user, Expected::OneOf(vec![1])).await);
    assert!(!go(contract, user, Expected::Whatever).await);
    assert!(find(data.db(), contract, user).await.unwrap().is_none());
    let tasks = async |contract| {
        store::task::list(data.db(), contract, user, None, 100)
            .await
            .unwrap()
            .len()
    };
    assert_eq!((tasks(contract).await, tasks(kept).await > 5), (0, true));
    assert!(
        store::timeline::find(data.db(), contract, user)
            .await
            .unwrap()
            .is_none()
    );
}

async fn contracts_are_listed_for_their_person(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let lease = Draft {
        kind: "jeonse",
        role: "tenant",
        price: None,
        deposit: Some(1),
        ..sale()
    };
    let mut noted = Vec::new();
    for draft in [sale(), lease.clone(), sale(), lease, sale()] {
        data.clock.advance_seconds(1);
        noted.push(
            note(&data, user, &NewContract::parse(&draft).unwrap())
                .await
                .unwrap()
                .id,
        );
    }
    note(&data, other, &NewContract::parse(&sale()).unwrap()).await;
    delete(
        data.db(),
        noted[4],
        user,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    let list = async |filter, before, limit| -> Vec<usize> {
        let found = list_own(data.db(), user, filter, before, limit).await.unwrap();
        let at = |id| noted.iter().position(|known| *known == id).unwrap();
        found.iter().map(|contract| at(contract.id)).collect()
    };
    assert_eq!(list(Filter::default(), None, 100).await, [3, 2, 1, 0]);
    assert_eq!(list(Filter::default(), Some(noted[2]), 1).await, [1]);
    let jeonse = Filter {
        kind: Some(Intent::Jeonse),
        state: Some(State::Draft),
    };
    assert_eq!(list(jeonse, None, 100).await, [3, 1]);
    let signed = Filter {
        state: Some(State::Signed),
        ..jeonse
    };
    assert!(list(signed, None, 100).await.is_empty());
}

/// Many contracts of many people, each with its tasks.
pub async fn crowd(data: &Data) -> (Id<User>, Id<Contract>) {
    let new = NewContract::parse(&sale()).unwrap();
    let (mut user, mut contract) = (data.person().await, data.id());
    for _ in 0..30 {
        user = data.person().await;
        for _ in 0..5 {
            contract = note(data, user, &new).await.unwrap().id;
        }
    }
    if data.db().engine() == Engine::Postgres {
        data.run("ANALYZE contracts", Vec::new()).await;
        data.run("ANALYZE contract_tasks", Vec::new()).await;
    }
    (user, contract)
}

async fn the_list_walks_an_index(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = crowd(&data).await;
    let by_kind = Filter {
        kind: Some(Intent::Sale),
        ..Filter::default()
    };
    for filter in [Filter::default(), by_kind] {
        let plan = explain_list_own(data.db(), user, filter)
            .await
            .unwrap()
            .join("\n");
        assert!(plan.contains("contracts_user"), "{plan}");
        assert!(
            !plan.contains("Seq Scan") && !plan.contains("SCAN contracts"),
            "{plan}"
        );
    }
}
