//! The audit log (GUARD-11).

use std::time::Duration;

use domain::Id;
use domain::audit::{Action, Outcome};
use store::audit::{Event, Filter, list, record};
use store::session::end;
use testkit::{Fresh, event};

use crate::data::{Data, at_once};

async fn events(data: &Data, filter: &Filter) -> Vec<store::audit::Recorded> {
    list(data.db(), filter, None, 100).await.unwrap()
}

async fn a_change_and_its_event_are_one(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, _) = data.sign_in(user).await;
    let before = events(&data, &Filter::default()).await.len();
    let audit = Event {
        request_id: "request-7".to_owned(),
        at: data.now(),
        ..event()
    }
    .by(user, Some(session));
    end(data.db(), user, session, "logout", &audit, data.now())
        .await
        .unwrap();
    // Nothing changes the second time, so nothing is recorded.
    end(data.db(), user, session, "logout", &event(), data.now())
        .await
        .unwrap();
    let all = events(&data, &Filter::default()).await;
    assert_eq!(all.len(), before + 1);
    let ended = events(
        &data,
        &Filter {
            actor: Some(user),
            ..Filter::default()
        },
    )
    .await;
    let [ended] = ended.as_slice() else {
        panic!("{ended:?}")
    };
    assert_eq!((ended.id, ended.at), (audit.id, data.now()));
    assert_eq!(ended.request_id, "request-7");
    assert_eq!((ended.actor, ended.session), (Some(user), Some(session)));
    assert_eq!(ended.action, Action::SessionEnded.as_str());
    assert_eq!(
        (ended.object_kind.as_str(), &ended.object_id),
        ("session", &session.to_string())
    );
    assert_eq!(ended.outcome, Outcome::Success);
    assert_eq!(
        (ended.method.as_str(), ended.endpoint.as_str()),
        ("POST", "/api/v1/test")
    );
}

async fn of_many_attempts_only_the_one_that_counts_is_recorded(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (_, token) = data.register("kim@example.com").await;
    at_once(16, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            store::one_time_token::verify_email(&db, &token, &event(), data.now())
                .await
                .unwrap()
        }
    })
    .await;
    // The registration and one verification.
    assert_eq!(data.count("audit_events").await, 2);
}

async fn events_can_only_be_added(fresh: Fresh) {
    let data = Data::new(&fresh);
    let failure = event().failed();
    record(data.db(), &failure, "user", &data.id::<()>().to_string())
        .await
        .unwrap();
    for statement in [
        "UPDATE audit_events SET action = 'other'",
        "DELETE FROM audit_events",
    ] {
        assert!(
            data.db().query(statement, Vec::new()).await.is_err(),
            "{statement}"
        );
    }
    let [only] = events(&data, &Filter::default()).await.try_into().unwrap();
    assert_eq!(
        (only.id, only.outcome, only.actor),
        (failure.id, Outcome::Failure, None)
    );
}

async fn filters_and_pages(fresh: Fresh) {
    let data = Data::new(&fresh);
    let object = data.id::<()>();
    let mut ids = Vec::new();
    for (number, action) in [
        Action::SignalCreated,
        Action::SignalDeleted,
        Action::SignalCreated,
    ]
    .into_iter()
    .enumerate()
    {
        data.clock.advance(Duration::from_secs(10));
        let one = Event {
            id: data.id(),
            at: data.now(),
            action,
            ..event()
        };
        let about = if number == 0 { object } else { data.id() };
        record(data.db(), &one, "signal", &about.to_string())
            .await
            .unwrap();
        ids.push((one.id, one.at));
    }
    let found = async |filter: Filter| -> Vec<_> {
        events(&data, &filter)
            .await
            .iter()
            .map(|event| event.id)
            .collect()
    };
    assert_eq!(found(Filter::default()).await, [ids[2].0, ids[1].0, ids[0].0]);
    assert_eq!(
        found(Filter {
            object: Some(object.uuid()),
            ..Filter::default()
        })
        .await,
        [ids[0].0]
    );
    assert_eq!(
        found(Filter {
            action: Some(Action::SignalCreated),
            ..Filter::default()
        })
        .await,
        [ids[2].0, ids[0].0]
    );
    assert_eq!(
        found(Filter {
            outcome: Some(Outcome::Failure),
            ..Filter::default()
        })
        .await,
        []
    );
    assert_eq!(
        found(Filter {
            actor: Some(Id::from_uuid(object.uuid())),
            ..Filter::default()
        })
        .await,
        []
    );
    assert_eq!(
        found(Filter {
            from: Some(ids[1].1),
            until: Some(ids[2].1),
            ..Filter::default()
        })
        .await,
        [ids[1].0]
    );
    let first = list(data.db(), &Filter::default(), None, 2).await.unwrap();
    let rest = list(
        data.db(),
        &Filter::default(),
        first.last().map(|event| event.id),
        2,
    )
    .await
    .unwrap();
    assert_eq!(rest.iter().map(|event| event.id).collect::<Vec<_>>(), [ids[0].0]);
}

on_each_engine!(Migrated:
    a_change_and_its_event_are_one,
    of_many_attempts_only_the_one_that_counts_is_recorded,
    events_can_only_be_added,
    filters_and_pages,
);
