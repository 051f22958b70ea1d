//! `store::identity::unlink` (AUTH-14): an identity goes, never the last way in.

use std::sync::Arc;

use domain::Id;
use domain::person::PersonName;
use domain::provider::{Provider, ProviderIdentity, Subject};
use domain::user::User;
use store::identity::{Arrival, enter, find_known, list, unlink};
use testkit::{Fresh, event};

use crate::data::{Data, at_once};
use crate::providers::sealed;

on_each_engine! { Migrated:
    the_last_way_in_stays,
    another_identity_or_a_password_is_enough,
    of_two_given_up_at_once_one_stays,
    another_persons_identity_stays,
    giving_up_is_recorded_and_ends_nothing,
}

const ADDRESS: &str = "minji@example.com";

/// Somebody who comes from these providers; gives the person and the identities.
async fn tied(data: &Data, address: &str, providers: &[Provider]) -> (Id<User>, Vec<Id<ProviderIdentity>>) {
    let (email, name) = (
        domain::Email::parse(address).unwrap(),
        PersonName::parse("민지").unwrap(),
    );
    let subject = Subject::parse(address).unwrap();
    for provider in providers {
        let arrival = Arrival {
            identity: data.id(),
            user: data.id(),
            provider: *provider,
            subject: &subject,
            email: &email,
            name: &name,
            tokens: &sealed(1),
            mail_id: data.id(),
            language: "ko",
            audit: &event(),
            now: data.now(),
        };
        enter(data.db(), &arrival).await.unwrap();
    }
    let first = find_known(data.db(), providers[0], &subject)
        .await
        .unwrap()
        .unwrap();
    let all = list(data.db(), first.user).await.unwrap();
    (first.user, all.iter().map(|identity| identity.id).collect())
}

async fn gives_up(data: &Data, identity: Id<ProviderIdentity>, user: Id<User>) -> bool {
    unlink(data.db(), identity, user, &event(), data.now())
        .await
        .unwrap()
}

async fn the_last_way_in_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, identities) = tied(&data, ADDRESS, &[Provider::Google]).await;
    let before = data.count("audit_events").await;
    assert!(!gives_up(&data, identities[0], user).await);
    assert_eq!(list(data.db(), user).await.unwrap().len(), 1);
    assert_eq!(data.count("audit_events").await, before, "nothing happened");
}

async fn another_identity_or_a_password_is_enough(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, identities) = tied(&data, ADDRESS, &[Provider::Google, Provider::Github]).await;
    assert!(gives_up(&data, identities[0], user).await);
    assert!(!gives_up(&data, identities[0], user).await, "it is gone");
    assert!(!gives_up(&data, identities[1], user).await, "the last");
    data.run(
        "UPDATE users SET password_hash = 'a hash' WHERE id = $1",
        vec![user.uuid().into()],
    )
    .await;
    assert!(gives_up(&data, identities[1], user).await);
    assert_eq!(data.count("provider_identities").await, 0, "tokens and all");
}

async fn of_two_given_up_at_once_one_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let mut other = data.clone();
    other.fresh.db = Arc::new(fresh.another_instance());
    let instances = [data.clone(), other];
    for round in 0..8 {
        let providers = [Provider::Google, Provider::Github];
        let (user, identities) = tied(&data, &format!("p{round}@example.com"), &providers).await;
        let given_up = at_once(8, |number| {
            let (data, identity) = (instances[number % 2].clone(), identities[number % 2]);
            async move { gives_up(&data, identity, user).await }
        })
        .await;
        assert_eq!(given_up.into_iter().filter(|done| *done).count(), 1);
        assert_eq!(list(data.db(), user).await.unwrap().len(), 1);
    }
}

async fn another_persons_identity_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let providers = [Provider::Google, Provider::Github];
    let (user, identities) = tied(&data, ADDRESS, &providers).await;
    let (stranger, _) = tied(&data, "other@example.com", &providers).await;
    assert!(!gives_up(&data, identities[0], stranger).await);
    assert_eq!(list(data.db(), user).await.unwrap().len(), 2);
}

async fn giving_up_is_recorded_and_ends_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, identities) = tied(&data, ADDRESS, &[Provider::Google, Provider::Github]).await;
    data.sign_in(user).await;
    let before = data.count("audit_events").await;
    assert!(gives_up(&data, identities[1], user).await);
    assert_eq!(data.count("audit_events").await, before + 1);
    let living = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(data.run(living, Vec::new()).await[0].get::<i64>(0).unwrap(), 1);
    assert_eq!(list(data.db(), user).await.unwrap()[0].id, identities[0]);
}
