//! Accounts as admins see and change them (AUTH-13).

use domain::Email;
use domain::user::{Role, Standing, Tier};
use domain::version::Expected;
use store::user::{Filter, delete, find_by_email, find_managed, rename, search, set_role, set_tier};
use testkit::{Fresh, event};

use crate::accounts::{leaving, name};
use crate::data::{Data, later};

on_each_engine! { Migrated:
    accounts_are_found_by_address_name_role_tier_and_standing,
    a_role_voids_the_tokens_and_a_tier_does_not,
}

async fn accounts_are_found_by_address_name_role_tier_and_standing(fresh: Fresh) {
    let data = Data::new(&fresh);
    let mut users = Vec::new();
    for address in ["kim.one@example.com", "kim_two@example.com", "park@example.com"] {
        data.clock.advance_seconds(1);
        users.push(data.register(address).await);
    }
    store::one_time_token::verify_email(data.db(), &users[0].1, &event(), data.now())
        .await
        .unwrap();
    set_tier(
        data.db(),
        users[1].0,
        Tier::Premium,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    set_role(
        data.db(),
        users[2].0,
        Role::Admin,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    rename(
        data.db(),
        users[2].0,
        &name("100% Lee"),
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    let found = async |filter: Filter| -> Vec<usize> {
        let found = search(data.db(), &filter, None, 9).await.unwrap();
        let place = |id| users.iter().position(|(user, _)| *user == id).unwrap();
        found.iter().map(|managed| place(managed.profile.id)).collect()
    };
    let text = |text: &str| Filter {
        text: Some(text.to_owned()),
        ..Filter::default()
    };
    assert_eq!(found(Filter::default()).await, [2, 1, 0]);
    assert_eq!(found(text("KIM")).await, [1, 0]);
    assert_eq!(found(text("kim_")).await, [1], "no pattern of LIKE");
    assert_eq!(
        found(text("example")).await,
        [0_usize; 0],
        "only the beginning of an address"
    );
    assert_eq!(found(text("민지")).await, [1, 0]);
    assert_eq!(found(text("0% LEE")).await, [2]);
    assert_eq!(found(text("!")).await, [0_usize; 0]);
    assert_eq!(
        found(Filter {
            role: Some(Role::Admin),
            ..Filter::default()
        })
        .await,
        [2]
    );
    assert_eq!(
        found(Filter {
            tier: Some(Tier::Premium),
            ..text("kim")
        })
        .await,
        [1]
    );
    assert_eq!(
        found(Filter {
            standing: Some(Standing::Active),
            ..Filter::default()
        })
        .await,
        [0]
    );
    assert_eq!(
        found(Filter {
            standing: Some(Standing::Unverified),
            ..text("kim")
        })
        .await,
        [1]
    );
    let older = search(data.db(), &Filter::default(), Some(users[2].0), 1)
        .await
        .unwrap();
    assert_eq!(older.len(), 1);
    assert_eq!(older[0].profile.id, users[1].0);
    let (session, _) = data.sign_in(users[0].0).await;
    delete(
        data.db(),
        &leaving(&data, users[0].0, session),
        &Expected::Whatever,
        &event(),
    )
    .await
    .unwrap();
    assert_eq!(
        found(Filter::default()).await,
        [2, 1],
        "deleted accounts are never served"
    );
    assert!(find_managed(data.db(), users[0].0).await.unwrap().is_none());
}

async fn a_role_voids_the_tokens_and_a_tier_does_not(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register("minji@example.com").await;
    data.clock.advance_seconds(3);
    let tiered = set_tier(
        data.db(),
        user,
        Tier::Premium,
        &Expected::OneOf(vec![1]),
        &event(),
        data.now(),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(
        (tiered.profile.tier, tiered.profile.version, tiered.token_version),
        (Tier::Premium, 2, 1)
    );
    assert_eq!(tiered.updated_at, later(testkit::START, 3));
    let stale = set_role(
        data.db(),
        user,
        Role::Admin,
        &Expected::OneOf(vec![1]),
        &event(),
        data.now(),
    )
    .await;
    assert!(stale.unwrap().is_none());
    let admin = set_role(
        data.db(),
        user,
        Role::Admin,
        &Expected::OneOf(vec![2]),
        &event(),
        data.now(),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(
        (admin.profile.role, admin.profile.version, admin.token_version),
        (Role::Admin, 3, 2)
    );
    let address = Email::parse("minji@example.com").unwrap();
    assert_eq!(find_by_email(data.db(), &address).await.unwrap(), Some(user));
    let nobody = set_tier(
        data.db(),
        data.id(),
        Tier::Free,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await;
    assert!(nobody.unwrap().is_none());
}
