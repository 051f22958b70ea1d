//! `store::contract` (CON-1, CONV-9).

use domain::agent::{Agent, LicenceNumber};
use domain::contract::{Draft, NewContract, State};
use domain::signal::{NewSignal, Signal, Visibility};
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id};
use store::contract::{Stored, create, find, find_document, known};
use store::signal::Viewer;
use store::timeline::Plan;
use testkit::{Fresh, event};

use crate::data::{Data, flat, later, with_visibility};

on_each_engine! { Migrated:
    a_contract_reads_back_as_it_was_written,
    a_bare_contract_reads_back,
    only_its_person_finds_a_contract,
    ones_own_signal_can_be_named_in_any_state,
    anothers_signal_can_be_named_only_while_it_can_be_seen,
    whoever_was_accepted_names_the_signal_after_the_match,
    only_a_verified_agent_can_be_named,
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
pub async fn agent(data: &Data) -> (Id<Agent>, Id<User>) {
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
    let verified = store::agent::verify(data.db(), agent, &Expected::Whatever, &event(), data.now()).await;
    assert!(verified.unwrap().is_some());
    let stored = note(&data, user, &naming(agent)).await.unwrap();
    assert_eq!(stored.agent_id, Some(agent));
    let asked = known(data.db(), data.viewer(user), Some(data.id()), Some(agent)).await;
    assert_eq!(asked.unwrap(), (false, true));
    store::agent::unverify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap();
    assert!(
        note(&data, user, &naming(agent)).await.is_none(),
        "not verified any more"
    );
    assert_eq!(data.count("contracts").await, 1);
}
