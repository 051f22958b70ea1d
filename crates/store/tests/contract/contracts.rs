//! `store::contract` (CON-1, CONV-9).

use domain::agent::{Agent, LicenceNumber};
use domain::contract::{Contract, Draft, NewContract, State};
use domain::signal::{Intent, NewSignal, Signal, Visibility};
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id};
use sql::Engine;
use store::contract::{
    Change, Filter, Stored, create, delete, explain_list_own, find, find_document, known, list_own, update,
};
use store::signal::Viewer;
use store::timeline::Plan;
use testkit::{Fresh, event};

use crate::data::{Data, at_once, flat, later, with_visibility};

on_each_engine! { Migrated:
    a_contract_reads_back_as_it_was_written,
    a_bare_contract_reads_back,
    only_its_person_finds_a_contract,
    ones_own_signal_can_be_named_in_any_state,
    anothers_signal_can_be_named_only_while_it_can_be_seen,
    whoever_was_accepted_names_the_signal_after_the_match,
    only_a_verified_agent_can_be_named,
    a_contract_changes_for_the_version_that_was_read,
    of_parallel_changes_of_one_version_one_succeeds,
    what_is_named_already_stays,
    a_contract_is_deleted_once_and_with_its_tasks,
    contracts_are_listed_for_their_person,
    the_list_walks_an_index,
}

pub fn sale() -> Draft<'static> {
    Draft {
        kind: "sale",
        role: "buyer",
        address: "부산광역시 중구 영주동 1-1",
        price: Some(1_200_000_000),
        contract_date: "2027-12-01",
        balance_date: "2028-02-29",
        ..Draft::default()
    }
}

/// With the tasks that follow from it.
pub async fn note(data: &Data, user: Id<User>, new: &NewContract) -> Option<Stored> {
    let viewer = Viewer {
        user,
        sees_agents_only: false,
        now: data.now(),
    };
    let plan = Plan::new(&new.basis().plan(), || data.id());
    create(data.db(), data.id(), viewer, (new, &plan), &event())
        .await
        .unwrap()
}

/// Whether a contract that names the signal is taken; a refused one must leave nothing.
async fn takes(data: &Data, user: Id<User>, signal: Id<Signal>) -> bool {
    let new = NewContract {
        signal_id: Some(signal),
        ..NewContract::parse(&sale()).unwrap()
    };
    let before = data.count("contracts").await;
    let stored = note(data, user, &new).await;
    assert_eq!(
        data.count("contracts").await - before,
        i64::from(stored.is_some())
    );
    if let Some(stored) = &stored {
        assert_eq!(stored.signal_id, Some(signal));
    }
    stored.is_some()
}

async fn a_contract_reads_back_as_it_was_written(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let text = "제1조 (목적)\n\t임대인은 …";
    let draft = Draft {
        kind: "monthly_rent",
        role: "tenant",
        price: None,
        deposit: Some(0),
        monthly_rent: Some(750_000),
        interim_date: Some("2027-12-20"),
        move_in_date: Some("2028-03-01"),
        lease_end_date: Some("2030-02-28"),
        counterparty_name: Some("O'Brien; DROP TABLE contracts"),
        document_text: Some(text),
        ..sale()
    };
    let created = note(&data, user, &NewContract::parse(&draft).unwrap())
        .await
        .unwrap();
    let found = find(data.db(), created.id, user).await.unwrap().unwrap();
    assert_eq!(
        format!("{created:?}"),
        format!("{found:?}"),
        "what is returned is what is stored"
    );
    assert_eq!(
        (found.state, found.basis.kind.as_str(), found.basis.role.as_str()),
        (State::Draft, "monthly_rent", "tenant")
    );
    assert_eq!(
        (found.amounts.deposit, found.amounts.monthly_rent),
        (Some(0), Some(750_000))
    );
    let dates = &found.basis;
    assert_eq!(dates.contract_date, Date::parse("2027-12-01").unwrap());
    assert_eq!(dates.interim_date, Some(Date::parse("2027-12-20").unwrap()));
    assert_eq!(dates.balance_date, Date::parse("2028-02-29").unwrap());
    assert_eq!(dates.move_in_date, Some(Date::parse("2028-03-01").unwrap()));
    assert_eq!(dates.lease_end_date, Some(Date::parse("2030-02-28").unwrap()));
    assert_eq!(
        found.counterparty_name.unwrap().as_str(),
        "O'Brien; DROP TABLE contracts"
    );
    assert_eq!((found.has_document, found.version), (true, 1));
    assert_eq!((found.created_at, found.updated_at), (data.now(), data.now()));
    let (stored, version) = find_document(data.db(), created.id, user).await.unwrap().unwrap();
    assert_eq!((stored.as_str(), version), (text, 1));
    let other = data.person().await;
    assert!(
        find_document(data.db(), created.id, other)
            .await
            .unwrap()
            .is_none()
    );
}

async fn a_bare_contract_reads_back(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let created = note(&data, user, &NewContract::parse(&sale()).unwrap())
        .await
        .unwrap();
    let found = find(data.db(), created.id, user).await.unwrap().unwrap();
    assert_eq!(found.amounts.asking_price, Some(1_200_000_000));
    assert_eq!(
        (
            found.signal_id,
            found.basis.interim_date,
            found.basis.move_in_date
        ),
        (None, None, None)
    );
    assert_eq!((found.agent_id, found.basis.lease_end_date), (None, None));
    assert!(
        find_document(data.db(), created.id, user)
            .await
            .unwrap()
            .is_none()
    );
    assert!(!found.has_document && found.counterparty_name.is_none());
}

async fn only_its_person_finds_a_contract(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let contract = note(&data, user, &NewContract::parse(&sale()).unwrap())
        .await
        .unwrap()
        .id;
    assert!(find(data.db(), contract, user).await.unwrap().is_some());
    assert!(find(data.db(), contract, other).await.unwrap().is_none());
    assert!(find(data.db(), data.id(), user).await.unwrap().is_none());
    let parameters = vec![sql::Value::Instant(sql::Instant(data.now().micros()))];
    data.run("UPDATE contracts SET deleted_at = $1", parameters).await;
    assert!(
        find(data.db(), contract, user).await.unwrap().is_none(),
        "deleted"
    );
}

async fn ones_own_signal_can_be_named_in_any_state(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    for visibility in [Visibility::Public, Visibility::AgentsOnly, Visibility::Private] {
        let signal = data.publish(user, &with_visibility(visibility)).await.id;
        for state in ["active", "paused", "matched", "closed"] {
            data.set_state(signal, state).await;
            assert!(takes(&data, user, signal).await, "{visibility:?} {state}");
        }
        assert!(
            store::signal::delete(
                data.db(),
                signal,
                user,
                &domain::version::Expected::Whatever,
                &event(),
                data.now()
            )
            .await
            .unwrap()
        );
        assert!(!takes(&data, user, signal).await, "{visibility:?} deleted");
    }
}

async fn anothers_signal_can_be_named_only_while_it_can_be_seen(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, owner) = (data.person().await, data.person().await);
    assert!(!takes(&data, user, data.id()).await, "unknown");
    for visibility in [Visibility::Private, Visibility::AgentsOnly] {
        let hidden = data.publish(owner, &with_visibility(visibility)).await.id;
        assert!(!takes(&data, user, hidden).await, "{visibility:?}");
    }
    let end = later(data.now(), 60);
    let signal = data
        .publish(
            owner,
            &NewSignal {
                expires_at: Some(end),
                ..flat()
            },
        )
        .await
        .id;
    assert!(takes(&data, user, signal).await, "public");
    for state in ["draft", "paused", "closed", "expired"] {
        data.set_state(signal, state).await;
        assert!(
            !takes(&data, user, signal).await,
            "{state}: whoever cannot see it must not learn that it is there"
        );
    }
    data.set_state(signal, "active").await;
    data.clock.set(end);
    assert!(!takes(&data, user, signal).await, "expired by time");
}

/// A deal becomes a contract when the signal has been matched, so when nobody else sees it any more.
async fn whoever_was_accepted_names_the_signal_after_the_match(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author, other) = (data.person().await, data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    data.interest(signal, author, "accepted").await;
    data.interest(signal, other, "declined").await;
    data.set_state(signal, "matched").await;
    assert!(takes(&data, author, signal).await, "accepted");
    assert!(!takes(&data, other, signal).await, "declined");
}

/// Somebody who registered as an agent; the registration and the person.
async fn agent(data: &Data) -> (Id<Agent>, Id<User>) {
    let (user, id) = (data.person().await, data.id());
    let serial = data.count("agents").await + 1;
    let licence = LicenceNumber::parse(&format!("11680-2023-{serial:05}")).unwrap();
    let made = store::agent::create(data.db(), id, user, &licence, &event(), data.now()).await;
    assert!(made.unwrap().is_some());
    (id, user)
}

async fn only_a_verified_agent_can_be_named(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (agent, _) = agent(&data).await;
    let naming = |agent| NewContract {
        agent_id: Some(agent),
        ..NewContract::parse(&sale()).unwrap()
    };
    assert!(
        note(&data, user, &naming(agent)).await.is_none(),
        "not verified yet"
    );
    assert!(note(&data, user, &naming(data.id())).await.is_none(), "nobody");
    let asked = known(data.db(), data.viewer(user), None, Some(agent)).await;
    assert_eq!(asked.unwrap(), (true, false));
    let verified = store::agent::verify(data.db(), agent, &event(), data.now()).await;
    assert!(verified.unwrap().is_some());
    let stored = note(&data, user, &naming(agent)).await.unwrap();
    assert_eq!(stored.agent_id, Some(agent));
    let asked = known(data.db(), data.viewer(user), Some(data.id()), Some(agent)).await;
    assert_eq!(asked.unwrap(), (false, true));
    store::agent::unverify(data.db(), agent, &event(), data.now())
        .await
        .unwrap();
    assert!(
        note(&data, user, &naming(agent)).await.is_none(),
        "not verified any more"
    );
    assert_eq!(data.count("contracts").await, 1);
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
    store::agent::verify(data.db(), agent, &event(), data.now())
        .await
        .unwrap();
    let new = NewContract {
        signal_id: Some(signal),
        agent_id: Some(agent),
        ..NewContract::parse(&sale()).unwrap()
    };
    let contract = note(&data, user, &new).await.unwrap().id;
    data.set_state(signal, "closed").await;
    store::agent::unverify(data.db(), agent, &event(), data.now())
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
