//! `store::signal`: creating, finding, deleting (SIG-1, SIG-2, CONV-9, CONV-11).

use domain::signal::{Amounts, NewSignal, State, Visibility};
use domain::{Date, Timestamp};
use store::signal::{delete, find};
use testkit::{Fresh, event};

use crate::data::{Data, draft, flat, later, with_visibility};

on_each_engine! { Migrated:
    a_signal_reads_back_as_it_was_written,
    every_kind_of_terms_reads_back,
    who_sees_what,
    states_other_than_active_are_the_owners,
    what_has_expired_is_the_owners,
    only_its_owner_deletes_a_signal,
    a_deleted_signal_is_nobodys,
    of_parallel_deletions_one_succeeds,
}

async fn a_signal_reads_back_as_it_was_written(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let new = NewSignal {
        floor: Some(-2),
        rooms: Some(0),
        available_from: Some(Date::parse("2028-02-29").unwrap()),
        expires_at: Some(Timestamp::from_micros(data.now().micros() + 86_400_000_001)),
        ..flat()
    };
    let created = data.publish(owner, &new).await;
    let found = find(data.db(), created.id, data.viewer(owner))
        .await
        .unwrap()
        .unwrap()
        .signal;
    assert_eq!(
        format!("{created:?}"),
        format!("{found:?}"),
        "what is returned is what is stored"
    );
    assert_eq!((found.owner, found.state), (owner, State::Active));
    assert_eq!(found.address.as_str(), new.address.as_str());
    assert_eq!(found.description.as_str(), "남향,\n역세권\t급매");
    assert_eq!(found.area.hundredths(), 8499);
    assert_eq!((found.floor, found.rooms), (Some(-2), Some(0)));
    assert_eq!(found.available_from, new.available_from);
    assert_eq!(found.expires_at, new.expires_at);
    assert_eq!(
        (found.created_at, found.updated_at, found.version),
        (data.now(), data.now(), 1)
    );
}

async fn every_kind_of_terms_reads_back(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let largest = 10_000_000_000_000;
    let kinds = [
        ("sale", Some(0), None, None),
        ("sale", Some(largest), None, None),
        ("jeonse", None, Some(largest), None),
        ("monthly_rent", None, Some(0), Some(largest)),
    ];
    for (intent, asking_price, deposit, monthly_rent) in kinds {
        let new = draft(|draft| {
            draft.intent = intent;
            draft.amounts = Amounts {
                asking_price,
                deposit,
                monthly_rent,
            };
        });
        let created = data.publish(owner, &new).await;
        let found = find(data.db(), created.id, data.viewer(owner))
            .await
            .unwrap()
            .unwrap()
            .signal;
        assert_eq!(found.intent.as_str(), intent);
        let amounts = (
            found.amounts.asking_price,
            found.amounts.deposit,
            found.amounts.monthly_rent,
        );
        assert_eq!(amounts, (asking_price, deposit, monthly_rent));
        assert_eq!(
            (found.floor, found.available_from, found.expires_at),
            (None, None, None)
        );
    }
}

async fn who_sees_what(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let matrix = [
        (Visibility::Public, true, true),
        (Visibility::AgentsOnly, false, true),
        (Visibility::Private, false, false),
    ];
    for (visibility, for_others, for_agents) in matrix {
        let signal = data.publish(owner, &with_visibility(visibility)).await.id;
        assert!(
            data.sees(signal, data.viewer(owner)).await,
            "the owner, {visibility:?}"
        );
        assert!(
            data.sees(signal, data.agent(owner)).await,
            "the owner as an agent, {visibility:?}"
        );
        assert_eq!(
            data.sees(signal, data.viewer(other)).await,
            for_others,
            "another, {visibility:?}"
        );
        assert_eq!(
            data.sees(signal, data.agent(other)).await,
            for_agents,
            "an agent, {visibility:?}"
        );
        let nobody = data.viewer(data.id());
        assert_eq!(
            data.sees(signal, nobody).await,
            for_others,
            "somebody without a row, {visibility:?}"
        );
    }
    assert!(!data.sees(data.id(), data.viewer(owner)).await, "unknown");
}

async fn states_other_than_active_are_the_owners(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    for state in State::ALL {
        data.set_state(signal, state.as_str()).await;
        assert!(data.sees(signal, data.viewer(owner)).await, "{state:?}");
        assert_eq!(
            data.sees(signal, data.agent(other)).await,
            state == State::Active,
            "{state:?}"
        );
    }
}

async fn what_has_expired_is_the_owners(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let end = later(data.now(), 3600);
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
    data.clock.set(Timestamp::from_micros(end.micros() - 1));
    assert!(data.sees(signal, data.viewer(other)).await);
    data.clock.set(end);
    assert!(!data.sees(signal, data.agent(other)).await);
    assert!(data.sees(signal, data.viewer(owner)).await);
}

async fn only_its_owner_deletes_a_signal(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let kept = data.publish(owner, &flat()).await.id;
    assert!(
        !delete(
            data.db(),
            signal,
            other,
            &domain::version::Expected::Whatever,
            &event(),
            data.now()
        )
        .await
        .unwrap()
    );
    assert!(
        !delete(
            data.db(),
            data.id(),
            owner,
            &domain::version::Expected::Whatever,
            &event(),
            data.now()
        )
        .await
        .unwrap()
    );
    assert!(data.sees(signal, data.viewer(owner)).await);
    assert!(
        delete(
            data.db(),
            signal,
            owner,
            &domain::version::Expected::Whatever,
            &event(),
            data.now()
        )
        .await
        .unwrap()
    );
    assert!(
        !delete(
            data.db(),
            signal,
            owner,
            &domain::version::Expected::Whatever,
            &event(),
            data.now()
        )
        .await
        .unwrap(),
        "gone is gone"
    );
    assert!(data.sees(kept, data.viewer(owner)).await);
}

async fn a_deleted_signal_is_nobodys(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    delete(
        data.db(),
        signal,
        owner,
        &domain::version::Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    for viewer in [data.viewer(owner), data.viewer(other), data.agent(other)] {
        assert!(!data.sees(signal, viewer).await);
    }
    let row = &data
        .run("SELECT utc(deleted_at), version FROM signals", Vec::new())
        .await[0];
    assert_eq!(
        row.get::<sql::Instant>(0).unwrap().0,
        data.now().micros(),
        "softly"
    );
    assert_eq!(row.get::<i64>(1).unwrap(), 2);
}

async fn of_parallel_deletions_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let signal = data.publish(owner, &flat()).await.id;
    let outcomes = crate::data::at_once(16, |_| {
        let data = data.clone();
        async move {
            delete(
                data.db(),
                signal,
                owner,
                &domain::version::Expected::Whatever,
                &event(),
                data.now(),
            )
            .await
            .unwrap()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|deleted| **deleted).count(), 1);
}
