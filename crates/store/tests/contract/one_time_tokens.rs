//! `store::one_time_token` (AUTH-1, AUTH-2).

use store::one_time_token::verify_email;
use store::user::find;
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    a_token_verifies_its_own_account_once,
    of_parallel_attempts_one_succeeds,
    a_token_ends_after_a_day,
    an_unknown_token_and_one_for_another_purpose_verify_nothing,
}

async fn a_token_verifies_its_own_account_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("one@example.com").await;
    let (other, _) = data.register("two@example.com").await;
    assert!(
        verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap()
    );
    let profile = find(data.db(), user).await.unwrap().unwrap();
    assert_eq!((profile.verified, profile.version), (true, 2));
    assert!(!find(data.db(), other).await.unwrap().unwrap().verified);
    assert!(
        !verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap(),
        "used"
    );
    assert_eq!(
        find(data.db(), user).await.unwrap().unwrap().version,
        2,
        "nothing was written"
    );
}

async fn of_parallel_attempts_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("race@example.com").await;
    let outcomes = at_once(24, |_| {
        let data = data.clone();
        async move {
            verify_email(data.db(), &token, &event(), data.now())
                .await
                .unwrap()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|verified| **verified).count(), 1);
    let profile = find(data.db(), user).await.unwrap().unwrap();
    assert_eq!((profile.verified, profile.version), (true, 2));
}

async fn a_token_ends_after_a_day(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (_, early) = data.register("early@example.com").await;
    let (_, late) = data.register("late@example.com").await;
    let end = later(data.now(), DAY);
    let last_moment = domain::Timestamp::from_micros(end.micros() - 1);
    assert!(
        verify_email(data.db(), &early, &event(), last_moment)
            .await
            .unwrap()
    );
    assert!(!verify_email(data.db(), &late, &event(), end).await.unwrap());
}

async fn an_unknown_token_and_one_for_another_purpose_verify_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("one@example.com").await;
    assert!(
        !verify_email(data.db(), &data.hash(), &event(), data.now())
            .await
            .unwrap()
    );
    data.run(
        "UPDATE one_time_tokens SET purpose = 'reset_password'",
        Vec::new(),
    )
    .await;
    assert!(
        !verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap()
    );
    assert!(!find(data.db(), user).await.unwrap().unwrap().verified);
}
