//! `store::one_time_token` (AUTH-1, AUTH-2).

use std::time::Duration;

use sql::Engine;
use store::one_time_token::verify_email;
use store::user::find;
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};
use crate::passwords::ask;

on_each_engine! { Migrated:
    a_token_verifies_its_own_account_once,
    of_parallel_attempts_one_succeeds,
    a_token_ends_after_a_day,
    an_unknown_token_and_one_for_another_purpose_verify_nothing,
    verifying_and_asking_again_do_not_wait_for_each_other,
    an_account_is_locked_before_its_token,
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

async fn verifying_and_asking_again_do_not_wait_for_each_other(fresh: Fresh) {
    let data = Data::new(&fresh);
    for round in 0..5 {
        let address = format!("person{round}@example.com");
        let (user, token) = data.register(&address).await;
        let outcomes = at_once(12, |number| {
            let (data, address) = (data.clone(), address.clone());
            async move {
                if number % 2 == 0 {
                    ask(&data, &address, "verification").await;
                    return false;
                }
                verify_email(data.db(), &token, &event(), data.now())
                    .await
                    .unwrap()
            }
        })
        .await;
        let used = outcomes.iter().filter(|used| **used).count();
        assert!(used <= 1);
        let profile = find(data.db(), user).await.unwrap().unwrap();
        assert_eq!(profile.verified, used == 1);
    }
}

/// Asking again locks the account and then voids its tokens. On Postgres whoever locks the token first waits for it, and it for them.
async fn an_account_is_locked_before_its_token(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("minji@example.com").await;
    let asking = data.db().begin().await.unwrap();
    let lock = match asking.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE",
    };
    let id = || vec![user.uuid().into()];
    asking
        .query(&format!("SELECT id FROM users WHERE id = $1 {lock}"), id())
        .await
        .unwrap();
    let verify = {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            verify_email(&db, &token, &event(), data.now()).await.unwrap()
        }
    };
    let void = "UPDATE one_time_tokens SET voided_at = created_at WHERE user_id = $1";
    let verified = if asking.engine() == Engine::Postgres {
        let verifying = tokio::spawn(verify);
        // Long enough for whoever locks the token; whoever waits for the account is not hurried by it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        asking.query(void, id()).await.unwrap();
        asking.commit().await.unwrap();
        verifying.await.unwrap()
    } else {
        asking.query(void, id()).await.unwrap();
        asking.commit().await.unwrap();
        verify.await
    };
    assert!(!verified, "it was void when its turn came");
}
