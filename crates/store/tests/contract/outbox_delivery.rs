//! Delivering what waits (AUTH-17): leases, verdicts, and drains at the same time.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::outbox::{Failure, LEASE, Verdict};
use store::outbox::{Claimed, claim, newest, settle};
use testkit::Fresh;

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    a_mail_is_claimed_once_until_its_lease_ends,
    what_was_sent_is_never_claimed_again_and_keeps_no_token,
    what_was_given_up_keeps_no_token_and_its_reason,
    what_is_tried_again_waits_and_counts,
    what_is_postponed_does_not_count,
    what_is_kept_keeps_its_token,
    drains_at_once_never_take_the_same_mail,
    a_drain_that_lost_its_lease_can_only_say_that_it_sent,
    the_oldest_mails_come_first_and_the_limit_holds,
}

async fn mails(fresh: &Fresh, count: usize) -> Data {
    let data = Data::new(fresh);
    for number in 0..count {
        data.register(&format!("p{number}@example.com")).await;
        data.clock.advance(Duration::from_millis(1));
    }
    data
}

async fn take(data: &Data, limit: u32) -> Vec<Claimed> {
    let now = data.now();
    claim(data.db(), limit, now.plus(LEASE), now).await.unwrap()
}

async fn take_one(data: &Data) -> Claimed {
    let mut claimed = take(data, 10).await;
    assert_eq!(claimed.len(), 1);
    claimed.remove(0)
}

async fn settled(data: &Data, mail: &Claimed, verdict: Verdict) -> bool {
    settle(data.db(), mail, &verdict, data.now()).await.unwrap()
}

/// A column of the only mail, as text; empty for `NULL`.
async fn column(data: &Data, name: &str) -> String {
    let statement = format!("SELECT COALESCE(CAST({name} AS TEXT), '') FROM outbox");
    data.run(&statement, Vec::new()).await[0].get(0).unwrap()
}

async fn a_mail_is_claimed_once_until_its_lease_ends(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let first = take_one(&data).await;
    assert_eq!(
        (first.recipient.as_str(), first.template.as_str(), first.attempt),
        ("p0@example.com", "verify_email", 1)
    );
    assert_eq!(first.token.as_deref(), Some("the token itself"));
    assert_eq!(first.leased_until, data.now().plus(LEASE));
    assert!(take(&data, 10).await.is_empty());
    data.clock.advance(LEASE - Duration::from_micros(1));
    assert!(take(&data, 10).await.is_empty(), "one microsecond too early");
    data.clock.advance(Duration::from_micros(1));
    // Whoever had it is gone: a killed process leaves exactly this.
    let second = take_one(&data).await;
    assert_eq!((second.id, second.attempt), (first.id, 2));
}

async fn what_was_sent_is_never_claimed_again_and_keeps_no_token(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let mail = take_one(&data).await;
    assert!(settled(&data, &mail, Verdict::Sent("re_123".to_owned())).await);
    assert!(
        !settled(&data, &mail, Verdict::Sent("re_456".to_owned())).await,
        "it is sent already"
    );
    data.clock.advance(Duration::from_secs(365 * 24 * 3600));
    assert!(take(&data, 10).await.is_empty());
    assert_eq!(newest(data.db(), 1).await.unwrap()[0].token, None);
    assert_eq!(column(&data, "reference").await, "re_123");
    assert_ne!(column(&data, "sent_at").await, "");
}

async fn what_was_given_up_keeps_no_token_and_its_reason(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let mail = take_one(&data).await;
    assert!(settled(&data, &mail, Verdict::GivenUp(Failure::Rejected)).await);
    data.clock.advance(Duration::from_secs(365 * 24 * 3600));
    assert!(take(&data, 10).await.is_empty());
    assert_eq!(newest(data.db(), 1).await.unwrap()[0].token, None);
    assert_eq!(column(&data, "failure").await, "rejected");
    assert_ne!(column(&data, "failed_at").await, "");
}

async fn what_is_tried_again_waits_and_counts(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let mail = take_one(&data).await;
    let next = data.now().plus(Duration::from_secs(30));
    assert!(settled(&data, &mail, Verdict::Again(next, Failure::Throttled)).await);
    data.clock.advance_seconds(29);
    assert!(take(&data, 10).await.is_empty());
    data.clock.advance_seconds(1);
    let again = take_one(&data).await;
    assert_eq!(again.attempt, 2);
    assert_eq!(again.token.as_deref(), Some("the token itself"));
    assert_eq!(column(&data, "failure").await, "throttled");
}

async fn what_is_postponed_does_not_count(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    for _ in 0..3 {
        let mail = take_one(&data).await;
        assert_eq!(mail.attempt, 1);
        let next = data.now().plus(Duration::from_secs(60));
        assert!(settled(&data, &mail, Verdict::Postponed(next, Failure::NotConfigured)).await);
        assert!(take(&data, 10).await.is_empty());
        data.clock.advance_seconds(60);
    }
}

async fn what_is_kept_keeps_its_token(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let mail = take_one(&data).await;
    assert!(settled(&data, &mail, Verdict::Kept).await);
    data.clock.advance(Duration::from_secs(365 * 24 * 3600));
    assert!(take(&data, 10).await.is_empty());
    let kept = newest(data.db(), 1).await.unwrap();
    assert_eq!(kept[0].token.as_deref(), Some("the token itself"));
}

async fn drains_at_once_never_take_the_same_mail(fresh: Fresh) {
    let data = mails(&fresh, 40).await;
    let now = data.now();
    let taken = at_once(12, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let mut all = Vec::new();
            loop {
                let batch = claim(&db, 3, now.plus(LEASE), now).await.unwrap();
                if batch.is_empty() {
                    return all;
                }
                all.extend(batch.into_iter().map(|mail| mail.id.to_string()));
            }
        }
    })
    .await;
    let all: Vec<String> = taken.into_iter().flatten().collect();
    let different: BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (40, 40));
}

async fn a_drain_that_lost_its_lease_can_only_say_that_it_sent(fresh: Fresh) {
    let data = mails(&fresh, 1).await;
    let slow = take_one(&data).await;
    data.clock.advance(LEASE);
    let quick = take_one(&data).await;
    let later = data.now().plus(Duration::from_secs(60));
    for verdict in [
        Verdict::Again(later, Failure::TimedOut),
        Verdict::Postponed(later, Failure::OverQuota),
        Verdict::GivenUp(Failure::Rejected),
        Verdict::Kept,
    ] {
        assert!(!settled(&data, &slow, verdict.clone()).await, "{verdict:?}");
    }
    assert!(settled(&data, &slow, Verdict::Sent("first".to_owned())).await);
    assert!(!settled(&data, &quick, Verdict::GivenUp(Failure::Rejected)).await);
    data.clock.advance(LEASE);
    assert!(take(&data, 10).await.is_empty());
    assert_eq!(column(&data, "failed_at").await, "");
}

async fn the_oldest_mails_come_first_and_the_limit_holds(fresh: Fresh) {
    let data = mails(&fresh, 5).await;
    let mut first: Vec<String> = take(&data, 2)
        .await
        .into_iter()
        .map(|mail| mail.recipient)
        .collect();
    first.sort();
    assert_eq!(first, ["p0@example.com", "p1@example.com"]);
    assert_eq!(take(&data, 2).await.len(), 2);
    assert_eq!(take(&data, 2).await.len(), 1);
    assert!(take(&data, 2).await.is_empty());
}
