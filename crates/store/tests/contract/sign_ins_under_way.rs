//! `store::sign_in` (AUTH-10): attempts that have not ended bound guessing like failures, and lock nobody.

use store::sign_in::{Admission, Failure, Locked};
use testkit::Fresh;

use crate::data::Data;
use crate::sign_ins::{ADDRESS, begins, ends, lockout_mails, passes, reset, signs_in, tries};

on_each_engine! { Migrated:
    attempts_under_way_are_no_failures,
    failures_and_attempts_under_way_together_never_pass_the_bound,
    an_attempt_that_never_ended_is_a_failure_after_a_minute,
    who_is_sent_away_to_come_back_is_counted_nowhere,
    a_new_password_forgets_what_is_under_way,
}

async fn attempts_under_way_are_no_failures(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    for _ in 0..3 {
        for number in 1..=10 {
            assert!(begins(&data, ADDRESS, 1).await, "attempt {number}");
        }
        assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Busy));
        for _ in 0..10 {
            assert!(signs_in(&data, user, ADDRESS, 1, 1).await);
        }
    }
    assert_eq!(lockout_mails(&data).await, 0);
    let left = data
        .run("SELECT failures + under_way FROM sign_in_attempts", Vec::new())
        .await;
    assert_eq!(left[0].get::<i64>(0).unwrap(), 0);
}

async fn failures_and_attempts_under_way_together_never_pass_the_bound(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    for _ in 0..4 {
        assert!(passes(&data, ADDRESS, 1).await);
    }
    for _ in 0..6 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
    assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Busy));
    // One of the six is right: the four are forgotten, the five beside it are not.
    assert!(signs_in(&data, user, ADDRESS, 1, 1).await);
    for _ in 0..5 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
    assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Busy));
    for number in 1..=10 {
        let told = ends(&data, ADDRESS, 1, Failure::Wrong).await;
        assert_eq!(
            told.is_some(),
            number == 10,
            "told at the lock, not before: {number}"
        );
    }
    assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Locked));
}

async fn an_attempt_that_never_ended_is_a_failure_after_a_minute(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register(ADDRESS).await;
    for _ in 0..9 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
    data.clock.advance_seconds(60);
    assert!(begins(&data, ADDRESS, 1).await, "the tenth");
    assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Busy));
    data.clock.advance_seconds(60);
    assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Locked));
    assert_eq!(
        ends(&data, ADDRESS, 1, Failure::Unseen).await,
        Some(Locked::Client)
    );
    assert_eq!(ends(&data, ADDRESS, 1, Failure::Unseen).await, None);
    assert_eq!(lockout_mails(&data).await, 1);
    data.clock.advance_seconds(3540);
    assert!(passes(&data, ADDRESS, 1).await, "the hour is over");
}

async fn who_is_sent_away_to_come_back_is_counted_nowhere(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register(ADDRESS).await;
    for _ in 0..10 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
    for _ in 0..20 {
        assert!(matches!(tries(&data, ADDRESS, 1).await, Admission::Busy));
    }
    let wide = data
        .run("SELECT failures FROM account_failures", Vec::new())
        .await;
    assert_eq!(wide[0].get::<i64>(0).unwrap(), 10);
}

async fn a_new_password_forgets_what_is_under_way(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    for _ in 0..10 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
    reset(&data, user).await;
    for _ in 0..10 {
        assert!(begins(&data, ADDRESS, 1).await);
    }
}
