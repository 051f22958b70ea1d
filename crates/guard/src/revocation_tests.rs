use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::user::{Role, Tier};
use http_kit::platform::SystemRandom;
use kv::{Backend, Memory, Pending};

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn revocations(memory: &Memory) -> Revocations {
    Revocations::new(
        Store::new("revocations", memory.clone()),
        Duration::from_secs(1800),
    )
}

fn token(version: i64) -> AccessToken {
    AccessToken {
        user: Id::new(NOW, &SystemRandom),
        session: Id::new(NOW, &SystemRandom),
        tier: Tier::Free,
        role: Role::User,
        version,
        expires_at: NOW.plus(Duration::from_secs(1800)),
    }
}

#[tokio::test]
async fn a_revoked_session_is_refused_in_every_instance_at_the_next_request() {
    let memory = Memory::default();
    let (here, there) = (revocations(&memory), revocations(&memory));
    let token = token(1);
    assert!(!here.is_revoked(&token, NOW).await.unwrap());
    assert!(!there.is_revoked(&token, NOW).await.unwrap());
    here.revoke_session(token.user, token.session, NOW, &SystemRandom)
        .await
        .unwrap();
    assert!(here.is_revoked(&token, NOW).await.unwrap());
    assert!(there.is_revoked(&token, NOW).await.unwrap());
}

#[tokio::test]
async fn a_person_is_revoked_by_version() {
    let revocations = revocations(&Memory::default());
    let old = token(1);
    assert!(!revocations.is_revoked(&old, NOW).await.unwrap());
    revocations
        .revoke_user(old.user, 2, NOW, &SystemRandom)
        .await
        .unwrap();
    assert!(revocations.is_revoked(&old, NOW).await.unwrap());
    let new = AccessToken {
        version: 2,
        session: Id::new(NOW, &SystemRandom),
        ..old.clone()
    };
    assert!(!revocations.is_revoked(&new, NOW).await.unwrap());
    assert!(revocations.is_revoked(&old, NOW).await.unwrap());
}

#[tokio::test]
async fn a_revocation_that_comes_late_lowers_nothing() {
    let revocations = revocations(&Memory::default());
    let old = token(2);
    for lowest in [3, 2] {
        revocations
            .revoke_user(old.user, lowest, NOW, &SystemRandom)
            .await
            .unwrap();
    }
    assert!(revocations.is_revoked(&old, NOW).await.unwrap());
}

#[tokio::test]
async fn everybody_is_revoked_at_once() {
    let revocations = revocations(&Memory::default());
    let tokens: Vec<_> = (0..200).map(|_| token(1)).collect();
    for token in &tokens {
        assert!(!revocations.is_revoked(token, NOW).await.unwrap());
    }
    revocations.revoke_everybody(2, NOW, &SystemRandom).await.unwrap();
    for token in &tokens {
        assert!(revocations.is_revoked(token, NOW).await.unwrap());
    }
    assert!(!revocations.is_revoked(&token(2), NOW).await.unwrap());
}

#[tokio::test]
async fn a_store_that_cannot_be_read_lets_nobody_in() {
    let memory = Memory::default();
    let revocations = revocations(&memory);
    let token = token(1);
    assert!(!revocations.is_revoked(&token, NOW).await.unwrap());
    memory.break_down(true);
    assert!(revocations.is_revoked(&token, NOW).await.is_err());
}

/// As long as a token counts, with its leeway on either side, and no longer: entries are swept.
#[tokio::test]
async fn an_entry_outlives_every_token_that_it_voids() {
    let revocations = revocations(&Memory::default());
    let token = token(1);
    revocations
        .revoke_session(token.user, token.session, NOW, &SystemRandom)
        .await
        .unwrap();
    for (seconds, revoked) in [(0, true), (1859, true), (1860, false)] {
        let later = NOW.plus(Duration::from_secs(seconds));
        assert_eq!(
            revocations.is_revoked(&token, later).await.unwrap(),
            revoked,
            "after {seconds} s"
        );
    }
}

#[tokio::test]
async fn an_older_token_of_a_known_sign_in_is_looked_up() {
    let revocations = revocations(&Memory::default());
    let old = token(1);
    revocations
        .revoke_user(old.user, 2, NOW, &SystemRandom)
        .await
        .unwrap();
    let new = AccessToken {
        version: 2,
        ..old.clone()
    };
    assert!(!revocations.is_revoked(&new, NOW).await.unwrap());
    assert!(revocations.is_revoked(&old, NOW).await.unwrap());
    assert!(!revocations.is_revoked(&new, NOW).await.unwrap());
}

/// Counts what is read.
#[derive(Clone, Default)]
struct Counted(Memory, Arc<AtomicUsize>);

impl Backend for Counted {
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.get(key)
    }
    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()> {
        self.0.set(key, value)
    }
    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        self.0.delete(key)
    }
    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
        self.0.increment(key, delta)
    }
}

#[tokio::test]
async fn one_read_is_enough_while_nothing_changes() {
    let store = Counted::default();
    let revocations = Revocations::new(
        Store::new("revocations", store.clone()),
        Duration::from_secs(1800),
    );
    let token = token(1);
    let reads = async || {
        store.1.store(0, Ordering::Relaxed);
        assert!(!revocations.is_revoked(&token, NOW).await.unwrap());
        store.1.load(Ordering::Relaxed)
    };
    assert_eq!((reads().await, reads().await), (4, 1));
    let stranger = Id::new(NOW, &SystemRandom);
    revocations
        .revoke_session(token.user, stranger, NOW, &SystemRandom)
        .await
        .unwrap();
    assert_eq!(
        (reads().await, reads().await),
        (4, 1),
        "somebody of the same shard was revoked"
    );
}

#[tokio::test]
async fn whether_the_store_answers_is_told() {
    let memory = Memory::default();
    let revocations = revocations(&memory);
    assert!(revocations.probe(NOW).await.is_ok());
    memory.break_down(true);
    assert!(revocations.probe(NOW).await.is_err());
}

#[tokio::test]
async fn nobody_else_is_revoked() {
    let memory = Memory::default();
    let (one, stranger) = (token(1), token(1));
    let other_sign_in = AccessToken {
        session: Id::new(NOW, &SystemRandom),
        ..one.clone()
    };
    // A new instance each time, which looks everything up.
    let revoked = async |token: &AccessToken| revocations(&memory).is_revoked(token, NOW).await.unwrap();
    let here = revocations(&memory);
    here.revoke_session(one.user, one.session, NOW, &SystemRandom)
        .await
        .unwrap();
    assert!(revoked(&one).await && !revoked(&other_sign_in).await && !revoked(&stranger).await);
    here.revoke_user(one.user, 2, NOW, &SystemRandom).await.unwrap();
    assert!(revoked(&other_sign_in).await && !revoked(&stranger).await);
}
