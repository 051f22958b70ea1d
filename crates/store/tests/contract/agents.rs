//! `store::agent` (AUTH-19).

use std::time::Duration;

use domain::Id;
use domain::agent::{Agent, LicenceNumber, Rating, SuccessRate};
use domain::user::{Role, User};
use domain::version::Expected;
use sql::Engine;
use store::agent::{Stored, create, delete, find, find_own, list, unverify, verify};
use store::user::set_role;
use testkit::{Fresh, event};

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    a_person_registers_once_and_a_licence_is_taken_once,
    a_registration_finds_its_own_row,
    an_account_that_is_ending_gets_no_agent,
    of_parallel_registrations_one_succeeds,
    the_role_follows_the_verification,
    of_parallel_verifications_one_is_recorded,
    an_admin_stays_an_admin,
    ratios_are_exact_and_bounded,
    agents_are_listed_by_what_they_wait_for,
    an_agent_goes_with_the_account,
}

fn licence(serial: u32) -> LicenceNumber {
    LicenceNumber::parse(&format!("11680-2023-{serial:05}")).unwrap()
}

async fn register(data: &Data, user: Id<User>, serial: u32) -> Option<Stored> {
    data.clock.advance_seconds(1);
    create(data.db(), data.id(), user, &licence(serial), &event(), data.now())
        .await
        .unwrap()
}

async fn role(data: &Data, user: Id<User>) -> Role {
    store::user::find(data.db(), user).await.unwrap().unwrap().role
}

async fn a_person_registers_once_and_a_licence_is_taken_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let agent = register(&data, user, 1).await.unwrap();
    assert_eq!(
        (agent.user, agent.licence_number.as_str()),
        (user, "11680-2023-00001")
    );
    assert_eq!(
        (agent.rating, agent.success_rate, agent.verified_at),
        (None, None, None)
    );
    assert_eq!((agent.version, agent.created_at), (1, data.now()));
    assert!(register(&data, user, 2).await.is_none(), "one per person");
    assert!(register(&data, other, 1).await.is_none(), "one per licence");
    assert_eq!(
        data.count("audit_events").await,
        3,
        "two accounts and an agent: what was refused is not recorded"
    );
    assert!(
        delete(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
            .await
            .unwrap()
    );
    assert!(
        !delete(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
            .await
            .unwrap()
    );
    assert!(find_own(data.db(), user).await.unwrap().is_none());
    assert!(find(data.db(), agent.id).await.unwrap().is_none());
    assert!(
        register(&data, other, 1).await.is_some(),
        "deleted rows do not count"
    );
    assert!(register(&data, user, 2).await.is_some());
    assert!(
        register(&data, data.id(), 3).await.is_none(),
        "nobody is no agent"
    );
}

/// Whoever lost the answer asks for the same id again (CONV-7).
async fn a_registration_finds_its_own_row(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let agent = data.id();
    let ask = async |user, serial| {
        create(data.db(), agent, user, &licence(serial), &event(), data.now())
            .await
            .unwrap()
    };
    let made = ask(user, 1).await.unwrap();
    let known = data.count("audit_events").await;
    let found = ask(user, 1).await.unwrap();
    assert_eq!((found.id, found.version), (agent, made.version));
    assert!(ask(other, 2).await.is_none(), "it is somebody else's");
    assert_eq!(data.count("audit_events").await, known, "made once");
}

/// Postgres decides by the account as it was when the statement began, unless it locks the row. SQLite has one writer at a time.
async fn an_account_that_is_ending_gets_no_agent(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let ending = data.db().begin().await.unwrap();
    let now = sql::Value::Instant(sql::Instant(data.now().micros()));
    ending
        .query(
            "UPDATE users SET deleted_at = $1, email = 'nobody@deleted.invalid' WHERE id = $2",
            vec![now, user.uuid().into()],
        )
        .await
        .unwrap();
    let made = if ending.engine() == Engine::Postgres {
        let db = data.fresh.another_instance();
        let meanwhile = data.clone();
        let registering = tokio::spawn(async move {
            create(&db, meanwhile.id(), user, &licence(1), &event(), meanwhile.now())
                .await
                .unwrap()
        });
        // Long enough for whoever does not wait; whoever does is not hurried by it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        ending.commit().await.unwrap();
        registering.await.unwrap()
    } else {
        ending.commit().await.unwrap();
        register(&data, user, 1).await
    };
    assert!(made.is_none());
    assert_eq!(data.count("agents").await, 0);
}

async fn of_parallel_registrations_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let people = [
        data.person().await,
        data.person().await,
        data.person().await,
        data.person().await,
    ];
    let of_one_person = at_once(12, |number| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let number = licence(u32::try_from(number).unwrap() + 1);
            create(&db, data.id(), user, &number, &event(), data.now())
                .await
                .unwrap()
                .is_some()
        }
    })
    .await;
    assert_eq!(of_one_person.iter().filter(|made| **made).count(), 1);
    let of_one_licence = at_once(4, |number| {
        let (data, user) = (data.clone(), people[number]);
        async move {
            let db = data.fresh.another_instance();
            create(&db, data.id(), user, &licence(99), &event(), data.now())
                .await
                .unwrap()
                .is_some()
        }
    })
    .await;
    assert_eq!(of_one_licence.iter().filter(|made| **made).count(), 1);
}

async fn the_role_follows_the_verification(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let agent = register(&data, user, 1).await.unwrap();
    assert_eq!(
        role(&data, user).await,
        Role::User,
        "registering alone gives nothing"
    );
    let verified = verify(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((verified.verified_at, verified.version), (Some(data.now()), 2));
    assert_eq!(
        (role(&data, user).await, role(&data, other).await),
        (Role::Agent, Role::User)
    );
    assert_eq!(data.token_version(user).await, 1);
    assert!(
        !delete(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
            .await
            .unwrap(),
        "verified agents stay"
    );

    let unverified = unverify(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(unverified.verified_at, None);
    assert_eq!(role(&data, user).await, Role::User);
    assert_eq!(
        data.token_version(user).await,
        2,
        "tokens that say agent are void"
    );
    assert!(
        unverify(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
            .await
            .unwrap()
            .is_none()
    );

    verify(data.db(), agent.id, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    let version = data.token_version(user).await;
    let made_user = set_role(
        data.db(),
        user,
        Role::User,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await;
    assert_eq!(made_user.unwrap().unwrap().token_version, version + 1);
    assert_eq!(data.token_version(user).await, version + 1);
    let agent = find_own(data.db(), user).await.unwrap().unwrap();
    assert_eq!(agent.verified_at, None, "and the verification follows the role");
}

async fn of_parallel_verifications_one_is_recorded(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let agent = register(&data, user, 1).await.unwrap().id;
    let before = data.count("audit_events").await;
    let outcomes = at_once(8, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            verify(&db, agent, &Expected::Whatever, &event(), data.now())
                .await
                .unwrap()
                .is_some()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|done| **done).count(), 1);
    assert_eq!(data.count("audit_events").await, before + 1);
}

async fn an_admin_stays_an_admin(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    set_role(
        data.db(),
        user,
        Role::Admin,
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    let agent = register(&data, user, 1).await.unwrap().id;
    verify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(role(&data, user).await, Role::Admin);
    unverify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(role(&data, user).await, Role::Admin);
}

async fn ratios_are_exact_and_bounded(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let agent: Id<Agent> = register(&data, user, 1).await.unwrap().id;
    for (rating, success_rate) in [
        ("0.00", "0.00"),
        ("4.57", "0.99"),
        ("5.00", "1.00"),
        ("0.10", "0.07"),
    ] {
        let change = format!("UPDATE agents SET rating = '{rating}', success_rate = '{success_rate}'");
        data.run(&change, Vec::new()).await;
        let found = find(data.db(), agent).await.unwrap().unwrap();
        assert_eq!(found.rating, Some(Rating::parse(rating).unwrap()));
        assert_eq!(
            found.success_rate,
            Some(SuccessRate::parse(success_rate).unwrap())
        );
    }
    for wrong in [
        "rating = '5.01'",
        "rating = '-0.01'",
        "success_rate = '1.01'",
        "success_rate = '9.99'",
    ] {
        let change = format!("UPDATE agents SET {wrong}");
        assert!(data.db().query(&change, Vec::new()).await.is_err(), "{wrong}");
    }
}

async fn agents_are_listed_by_what_they_wait_for(fresh: Fresh) {
    let data = Data::new(&fresh);
    let mut agents = Vec::new();
    for serial in 1..=3 {
        let user = data.person().await;
        agents.push(register(&data, user, serial).await.unwrap().id);
    }
    verify(data.db(), agents[1], &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    let found = async |verified, before, limit| -> Vec<_> {
        let found = list(data.db(), verified, before, limit).await.unwrap();
        found.iter().map(|agent| agent.id).collect()
    };
    assert_eq!(found(None, None, 9).await, [agents[2], agents[1], agents[0]]);
    assert_eq!(found(Some(false), None, 9).await, [agents[2], agents[0]]);
    assert_eq!(found(Some(true), None, 9).await, [agents[1]]);
    assert_eq!(found(None, Some(agents[2]), 1).await, [agents[1]]);
}

async fn an_agent_goes_with_the_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let agent = register(&data, user, 1).await.unwrap().id;
    verify(data.db(), agent, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    let (session, _) = data.sign_in(user).await;
    let leaving = store::user::Leaving {
        user,
        session,
        signed_in_after: testkit::START,
        now: data.now(),
    };
    let gone = store::user::delete(data.db(), &leaving, &Expected::Whatever, &event())
        .await
        .unwrap();
    assert!(gone.is_some());
    assert!(find(data.db(), agent).await.unwrap().is_none());
    assert!(
        register(&data, data.person().await, 1).await.is_some(),
        "the licence is free again"
    );
}
