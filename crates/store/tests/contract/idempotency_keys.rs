//! Creations that happen once (CONV-7).

use domain::Id;
use domain::signal::{Signal, State};
use domain::user::User;
use store::idempotency_key::{Answer, Claim, Standing, claim, finish, release};
use testkit::{Fresh, event};
use uuid::Uuid;

use crate::data::{Data, at_once, flat};

const KEY: [u8; 32] = [1; 32];
const REQUEST: [u8; 32] = [2; 32];

fn ask(data: &Data, user: Id<User>) -> Claim<'static> {
    Claim {
        user,
        key_hash: &KEY,
        request_hash: &REQUEST,
        object: data.id::<Signal>().uuid(),
        now: data.now(),
    }
}

fn answer() -> Answer {
    Answer {
        status: 201,
        location: Some("/api/v1/signals/x".to_owned()),
        etag: None,
        body: "{\"a\": \"한\"}".to_owned(),
    }
}

async fn of_50_claims_one_creates(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let standings = at_once(50, |_| {
        let data = data.clone();
        async move {
            claim(&data.fresh.another_instance(), ask(&data, user))
                .await
                .unwrap()
        }
    })
    .await;
    let creating = standings
        .iter()
        .filter(|one| matches!(one, Standing::Create(_)))
        .count();
    let running = standings.iter().filter(|one| **one == Standing::Running).count();
    assert_eq!((creating, running), (1, 49));
}

async fn an_answer_is_kept_for_its_request_and_its_person(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let first = ask(&data, user);
    assert_eq!(
        claim(data.db(), first).await.unwrap(),
        Standing::Create(first.object)
    );
    finish(data.db(), first, &answer()).await.unwrap();
    data.clock.advance_seconds(24 * 3600 - 1);
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Done(answer())
    );
    let another = Claim {
        request_hash: &[3; 32],
        ..ask(&data, user)
    };
    assert_eq!(claim(data.db(), another).await.unwrap(), Standing::OtherRequest);
    assert!(matches!(
        claim(data.db(), ask(&data, other)).await.unwrap(),
        Standing::Create(_)
    ));
    // After 24 hours it is forgotten.
    data.clock.advance_seconds(1);
    let late = ask(&data, user);
    assert_eq!(
        claim(data.db(), late).await.unwrap(),
        Standing::Create(late.object)
    );
}

async fn a_refused_creation_gives_its_key_back(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let first = ask(&data, user);
    claim(data.db(), first).await.unwrap();
    release(data.db(), first).await.unwrap();
    let second = ask(&data, user);
    assert_eq!(
        claim(data.db(), second).await.unwrap(),
        Standing::Create(second.object)
    );
    finish(data.db(), second, &answer()).await.unwrap();
    release(data.db(), second).await.unwrap();
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Done(answer()),
        "an answer stays"
    );
}

async fn a_creation_that_failed_is_taken_over_at_once_under_the_same_id(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let first = ask(&data, user);
    claim(data.db(), first).await.unwrap();
    store::idempotency_key::reopen(data.db(), first).await.unwrap();
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Create(first.object)
    );
    // Whoever has finished is not disturbed by somebody who failed late.
    finish(data.db(), first, &answer()).await.unwrap();
    store::idempotency_key::reopen(data.db(), first).await.unwrap();
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Done(answer())
    );
}

async fn a_creation_that_was_cut_off_is_found_and_not_made_twice(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let first = ask(&data, user);
    claim(data.db(), first).await.unwrap();
    let publish = async |object: Uuid| {
        let id = Id::from_uuid(object);
        store::signal::create(
            data.db(),
            id,
            user,
            (&flat(), State::Active),
            &event(),
            data.now(),
        )
        .await
        .unwrap()
        .unwrap()
    };
    let created = publish(first.object).await;
    // The process ends here. Asked again too early, it seems to run; after the lease it has the same id.
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Running
    );
    data.clock.advance_seconds(61);
    assert_eq!(
        claim(data.db(), ask(&data, user)).await.unwrap(),
        Standing::Create(first.object)
    );
    let again = publish(first.object).await;
    assert_eq!(format!("{created:?}"), format!("{again:?}"));
    // The event of the registration and that of the creation.
    assert_eq!(
        (data.count("signals").await, data.count("audit_events").await),
        (1, 2)
    );
    // Nobody gets at another person's row by its id.
    let stranger = data.person().await;
    let theirs = store::signal::create(
        data.db(),
        created.id,
        stranger,
        (&flat(), State::Active),
        &event(),
        data.now(),
    )
    .await;
    assert!(theirs.unwrap().is_none());
}

on_each_engine!(Migrated:
    of_50_claims_one_creates,
    an_answer_is_kept_for_its_request_and_its_person,
    a_refused_creation_gives_its_key_back,
    a_creation_that_failed_is_taken_over_at_once_under_the_same_id,
    a_creation_that_was_cut_off_is_found_and_not_made_twice,
);
