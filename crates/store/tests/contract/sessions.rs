//! `store::session`: creating, rotating, ending, and what is known of used tokens (AUTH-5 to AUTH-7).

use domain::Timestamp;
use store::session::{Refreshed, Rotation, end, find_used, rotate};
use testkit::{Fresh, event};

use crate::data::{DAY, Data, later};

on_each_engine! { Migrated:
    rotating_puts_the_successor_in_place,
    rotating_carries_the_grants_of_now,
    the_idle_end_never_outlives_the_absolute_one,
    a_token_that_ran_out_does_not_rotate,
    an_unknown_token_neither_rotates_nor_was_used,
    only_the_direct_predecessor_knows_its_successor,
    an_ended_session_neither_rotates_nor_forgets,
    only_its_person_ends_a_session,
    a_deleted_person_has_no_session,
}

/// Rotates as the endpoint does.
async fn refresh(data: &Data, presented: &[u8; 32], successor: &[u8; 32]) -> Option<Refreshed> {
    let rotation = Rotation {
        presented,
        successor,
        successor_sealed: &[0, 255, 1],
        idle_expires_at: later(data.now(), 30 * DAY),
        now: data.now(),
    };
    rotate(data.db(), &rotation).await.unwrap()
}

async fn rotating_puts_the_successor_in_place(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, first) = data.sign_in(user).await;
    data.sign_in(user).await;
    data.clock.advance_seconds(60);
    let second = data.hash();
    let refreshed = refresh(&data, &first, &second).await.unwrap();
    assert_eq!((refreshed.session, refreshed.user), (session, user));
    assert_eq!(refreshed.idle_expires_at, later(data.now(), 30 * DAY));
    assert!(
        refresh(&data, &first, &data.hash()).await.is_none(),
        "rotated once"
    );
    assert!(refresh(&data, &second, &data.hash()).await.is_some());
    let rows = data
        .run("SELECT COUNT(*) FROM sessions WHERE generation = 3", Vec::new())
        .await;
    assert_eq!(
        rows[0].get::<i64>(0).unwrap(),
        1,
        "the other sign-in was left alone"
    );
    assert_eq!(data.count("refresh_token_usage").await, 2);
}

async fn rotating_carries_the_grants_of_now(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, first) = data.sign_in(user).await;
    let change = "UPDATE users SET tier = 'premium', role = 'admin', token_version = 4 WHERE id = $1";
    data.run(change, vec![user.uuid().into()]).await;
    let grants = refresh(&data, &first, &data.hash()).await.unwrap().grants;
    assert_eq!(
        (grants.tier.as_str(), grants.role.as_str(), grants.token_version),
        ("premium", "admin", 4)
    );
}

async fn the_idle_end_never_outlives_the_absolute_one(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let start = data.now();
    let (_, mut current) = data.sign_in(user).await;
    for _ in 0..3 {
        data.clock.advance_seconds(29 * DAY);
        let next = data.hash();
        let refreshed = refresh(&data, &current, &next).await.unwrap();
        assert_eq!(
            refreshed.idle_expires_at,
            later(data.now(), 30 * DAY).min(later(start, 90 * DAY))
        );
        current = next;
    }
    data.clock.set(later(start, 90 * DAY));
    assert!(refresh(&data, &current, &data.hash()).await.is_none());
}

async fn a_token_that_ran_out_does_not_rotate(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, in_time) = data.sign_in(user).await;
    let (_, too_late) = data.sign_in(user).await;
    let end = later(data.now(), 30 * DAY);
    data.clock.set(Timestamp::from_micros(end.micros() - 1));
    assert!(refresh(&data, &in_time, &data.hash()).await.is_some());
    data.clock.set(end);
    assert!(refresh(&data, &too_late, &data.hash()).await.is_none());
    let used = find_used(data.db(), &too_late, data.now()).await.unwrap();
    assert!(used.is_none(), "running out is not reuse");
}

async fn an_unknown_token_neither_rotates_nor_was_used(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, current) = data.sign_in(user).await;
    assert!(refresh(&data, &data.hash(), &data.hash()).await.is_none());
    assert!(
        find_used(data.db(), &data.hash(), data.now())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        find_used(data.db(), &current, data.now())
            .await
            .unwrap()
            .is_none(),
        "current, not used"
    );
    assert_eq!(data.count("refresh_token_usage").await, 0);
}

async fn only_the_direct_predecessor_knows_its_successor(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, first) = data.sign_in(user).await;
    let (second, third) = (data.hash(), data.hash());
    refresh(&data, &first, &second).await.unwrap();
    let first_used_at = data.now();
    let used = find_used(data.db(), &first, data.now()).await.unwrap().unwrap();
    assert_eq!((used.session.session, used.session.user), (session, user));
    assert_eq!(
        (used.used_at, used.ended, used.is_previous),
        (first_used_at, false, true)
    );
    assert_eq!(used.successor_sealed, [0, 255, 1]);

    data.clock.advance_seconds(5);
    refresh(&data, &second, &third).await.unwrap();
    let used = find_used(data.db(), &first, data.now()).await.unwrap().unwrap();
    assert_eq!((used.used_at, used.is_previous), (first_used_at, false));
    let used = find_used(data.db(), &second, data.now()).await.unwrap().unwrap();
    assert_eq!((used.used_at, used.is_previous), (data.now(), true));
    assert_eq!(used.session.idle_expires_at, later(data.now(), 30 * DAY));

    data.clock.advance_seconds(30 * DAY);
    let used = find_used(data.db(), &second, data.now()).await.unwrap().unwrap();
    assert!(used.ended, "a session that ran out has ended");
}

async fn an_ended_session_neither_rotates_nor_forgets(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, first) = data.sign_in(user).await;
    let second = data.hash();
    refresh(&data, &first, &second).await.unwrap();
    end(data.db(), user, session, "logout", &event(), data.now())
        .await
        .unwrap();
    let ended_at = data.now();
    assert!(refresh(&data, &second, &data.hash()).await.is_none());
    let used = find_used(data.db(), &first, data.now()).await.unwrap().unwrap();
    assert!(used.ended && used.is_previous);
    data.clock.advance_seconds(9);
    end(data.db(), user, session, "reuse", &event(), data.now())
        .await
        .unwrap();
    let row = &data
        .run("SELECT end_reason, utc(ended_at) FROM sessions", Vec::new())
        .await[0];
    assert_eq!(row.get::<String>(0).unwrap(), "logout", "a session ends once");
    assert_eq!(row.get::<sql::Instant>(1).unwrap().0, ended_at.micros());
}

async fn only_its_person_ends_a_session(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (session, first) = data.sign_in(user).await;
    end(data.db(), other, session, "logout", &event(), data.now())
        .await
        .unwrap();
    end(data.db(), user, data.id(), "logout", &event(), data.now())
        .await
        .unwrap();
    assert!(refresh(&data, &first, &data.hash()).await.is_some());
}

async fn a_deleted_person_has_no_session(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, first) = data.sign_in(user).await;
    let second = data.hash();
    refresh(&data, &first, &second).await.unwrap();
    let parameters = vec![
        sql::Value::Instant(sql::Instant(data.now().micros())),
        user.uuid().into(),
    ];
    data.run("UPDATE users SET deleted_at = $1 WHERE id = $2", parameters)
        .await;
    assert!(refresh(&data, &second, &data.hash()).await.is_none());
    assert!(find_used(data.db(), &first, data.now()).await.unwrap().is_none());
}
