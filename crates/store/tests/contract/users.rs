//! `store::user` (AUTH-1, AUTH-3, AUTH-11).

use domain::user::{Role, Tier};
use domain::{Email, Id};
use store::user::{find, find_credentials};
use testkit::{Fresh, event};

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    registering_leaves_an_account_a_token_and_a_mail,
    a_known_address_gets_another_mail_and_nothing_changes,
    parallel_registrations_of_one_address_give_one_user,
    parallel_registrations_in_two_instances_give_one_user,
    an_address_is_free_again_after_deletion,
    credentials_tell_what_signing_in_needs,
    nobody_is_found_where_nobody_is,
}

async fn registering_leaves_an_account_a_token_and_a_mail(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register("minji@example.com").await;
    let profile = find(data.db(), user).await.unwrap().unwrap();
    assert_eq!(profile.id, user);
    assert_eq!(profile.email.as_str(), "minji@example.com");
    assert_eq!(profile.name.as_str(), "김민지");
    assert_eq!((profile.tier, profile.role), (Tier::Free, Role::User));
    assert_eq!((profile.verified, profile.version), (false, 1));
    assert_eq!(profile.created_at, data.now(), "to the microsecond");
    let mails = store::outbox::newest(data.db(), 10).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].template, "verify_email");
    assert_eq!(mails[0].token.as_deref(), Some("the token itself"));
    assert_eq!(data.count("one_time_tokens").await, 1);
}

async fn a_known_address_gets_another_mail_and_nothing_changes(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (first, _) = data.register("minji@example.com").await;
    data.clock.advance_seconds(1);
    let (second, _) = data.register("MINJI@example.com").await;
    assert!(find(data.db(), second).await.unwrap().is_none());
    assert_eq!(find(data.db(), first).await.unwrap().unwrap().version, 1);
    let mails = store::outbox::newest(data.db(), 10).await.unwrap();
    let texts: Vec<_> = mails
        .iter()
        .map(|mail| (mail.template.as_str(), mail.token.as_deref()))
        .collect();
    assert_eq!(
        texts,
        [
            ("already_registered", None),
            ("verify_email", Some("the token itself"))
        ]
    );
    assert_eq!(data.count("one_time_tokens").await, 1);
}

async fn parallel_registrations_of_one_address_give_one_user(fresh: Fresh) {
    race(Data::new(&fresh), Data::new(&fresh)).await;
}

async fn parallel_registrations_in_two_instances_give_one_user(fresh: Fresh) {
    let mut other = fresh.clone();
    other.db = std::sync::Arc::new(fresh.another_instance());
    race(Data::new(&fresh), Data::new(&other)).await;
}

async fn race(here: Data, there: Data) {
    // One sequence of ids for both.
    let there = Data {
        random: here.random.clone(),
        ..there
    };
    let users = at_once(16, |number| {
        let data = if number % 2 == 0 {
            here.clone()
        } else {
            there.clone()
        };
        async move { data.register("race@example.com").await.0 }
    })
    .await;
    assert_eq!(here.count("users").await, 1);
    assert_eq!(here.count("one_time_tokens").await, 1);
    assert_eq!(here.count("outbox").await, 16, "every caller is written to");
    let verify = here
        .run(
            "SELECT COUNT(*) FROM outbox WHERE template = 'verify_email'",
            Vec::new(),
        )
        .await;
    assert_eq!(verify[0].get::<i64>(0).unwrap(), 1);
    let mut found = 0;
    for user in users {
        found += usize::from(find(here.db(), user).await.unwrap().is_some());
    }
    assert_eq!(found, 1);
}

async fn an_address_is_free_again_after_deletion(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (first, _) = data.register("back@example.com").await;
    let gone = vec![
        sql::Value::Instant(sql::Instant(data.now().micros())),
        first.uuid().into(),
    ];
    data.run("UPDATE users SET deleted_at = $1 WHERE id = $2", gone)
        .await;
    assert!(
        find(data.db(), first).await.unwrap().is_none(),
        "a deleted account is never served"
    );
    let address = Email::parse("back@example.com").unwrap();
    assert!(find_credentials(data.db(), &address).await.unwrap().is_none());
    let (second, _) = data.register("back@example.com").await;
    assert_eq!(
        find_credentials(data.db(), &address).await.unwrap().unwrap().id,
        second
    );
}

async fn credentials_tell_what_signing_in_needs(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("minji@example.com").await;
    let address = Email::parse("minji@example.com").unwrap();
    let credentials = find_credentials(data.db(), &address).await.unwrap().unwrap();
    assert_eq!(credentials.id, user);
    assert_eq!(credentials.password_hash.as_deref(), Some("$argon2id$test"));
    assert!(!credentials.verified);
    assert_eq!(credentials.grants.token_version, 1);

    assert!(
        store::one_time_token::verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap()
    );
    let change = "UPDATE users SET tier = 'premium', role = 'agent', token_version = 7, password_hash = $1 WHERE id = $2";
    data.run(change, vec![sql::Value::Null, user.uuid().into()]).await;
    let credentials = find_credentials(data.db(), &address).await.unwrap().unwrap();
    assert!(credentials.verified);
    assert_eq!(credentials.password_hash, None);
    assert_eq!(
        (credentials.grants.tier, credentials.grants.role),
        (Tier::Premium, Role::Agent)
    );
    assert_eq!(credentials.grants.token_version, 7);
}

async fn nobody_is_found_where_nobody_is(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert!(
        find(data.db(), Id::from_uuid(data.id::<()>().uuid()))
            .await
            .unwrap()
            .is_none()
    );
    let address = Email::parse("o'brien@example.com").unwrap();
    assert!(find_credentials(data.db(), &address).await.unwrap().is_none());
    data.register("o'brien@example.com").await;
    assert!(find_credentials(data.db(), &address).await.unwrap().is_some());
}
