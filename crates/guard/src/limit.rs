//! Rate limits (GUARD-3, GUARD-4): a sliding window over two fixed ones, counted by atomic increments.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use config::{Class, RateLimits};
use domain::Timestamp;
use kv::Store;

/// The length of a window, in seconds.
const WINDOW: i64 = 60;
const WINDOW_MICROS: i64 = WINDOW * 1_000_000;
/// How many finished windows an instance remembers.
const REMEMBERED: usize = 1024;

/// What the limiter says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The store was down: let through, and say so.
    Unknown {
        /// The class that was charged.
        class: Class,
        /// Requests per minute.
        limit: u32,
    },
    /// Counted.
    Known {
        /// The class that was charged.
        class: Class,
        /// Requests per minute.
        limit: u32,
        /// What is left.
        remaining: u32,
        /// Seconds until the window is whole again.
        reset: i64,
        /// Whether the request may pass.
        allowed: bool,
    },
}

impl Decision {
    /// Whether the request may pass.
    pub const fn allowed(&self) -> bool {
        match self {
            Self::Unknown { .. } => true,
            Self::Known { allowed, .. } => *allowed,
        }
    }

    /// What is left; with the store down, as if nothing had been used.
    pub const fn remaining(&self) -> u32 {
        match self {
            Self::Unknown { limit, .. } => *limit,
            Self::Known { remaining, .. } => *remaining,
        }
    }
}

/// Counts requests.
pub struct Limiter {
    store: Store,
    limits: RateLimits,
    finished: Mutex<HashMap<String, i64>>,
}

impl Limiter {
    /// Counts in `store` against `limits`.
    pub fn new(store: Store, limits: RateLimits) -> Self {
        Self {
            store,
            limits,
            finished: Mutex::default(),
        }
    }

    /// Reads once. The key is never a counter: those are not read by their value.
    pub(crate) async fn probe(&self, now: Timestamp) -> Result<(), kv::Error> {
        self.store.get("probe", now.seconds()).await.map(|_| ())
    }

    /// Charges one request of `subject` (a user's id or an address, never a token) to `class`.
    ///
    /// # Errors
    /// [`kv::Error`] when the counters cannot be reached; then [`Limiter::unknown`] is the decision.
    pub async fn charge(&self, class: Class, subject: &str, now: Timestamp) -> Result<Decision, kv::Error> {
        let limit = self.limits.per_minute(class);
        let window = now.micros().div_euclid(WINDOW_MICROS);
        let elapsed = now.micros().rem_euclid(WINDOW_MICROS);
        let before = self.finished(&key(class, subject, window - 1)).await?;
        let current = key(class, subject, window);
        let count = self.store.increment(&current, 1).await?;
        // The window before counts for the part of it that the sliding minute still covers.
        let weighted = before.saturating_mul(WINDOW_MICROS - elapsed) / WINDOW_MICROS + count;
        let allowed = weighted <= i64::from(limit);
        if !allowed {
            // A refused request is given back, so that knocking does not keep the door shut.
            self.store.increment(&current, -1).await?;
        }
        let remaining = u32::try_from(i64::from(limit) - weighted).unwrap_or(0);
        Ok(Decision::Known {
            class,
            limit,
            remaining,
            reset: WINDOW - elapsed / 1_000_000,
            allowed,
        })
    }

    /// The decision while the counters cannot be reached.
    pub fn unknown(&self, class: Class) -> Decision {
        let limit = self.limits.per_minute(class);
        Decision::Unknown { class, limit }
    }

    /// The count of a window that is over: it changes no more, so it is read once per instance.
    async fn finished(&self, key: &str) -> Result<i64, kv::Error> {
        if let Some(count) = self.lock().get(key) {
            return Ok(*count);
        }
        let count = self.store.increment(key, 0).await?;
        let mut finished = self.lock();
        if finished.len() >= REMEMBERED {
            finished.clear();
        }
        finished.insert(key.to_owned(), count);
        Ok(count)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The window stands first in the key, so that a sweep can tell old counters without reading them.
fn key(class: Class, subject: &str, window: i64) -> String {
    ["limit/", &window.to_string(), "/", class.as_str(), "/", subject].concat()
}

/// Whether the window that a counter's key names lies so far back that no decision reads it any more (OPS-7). A window more than needed
/// stays, for instances whose clocks differ.
pub fn counter_is_over(key: &str, now: Timestamp) -> bool {
    let window = key.strip_prefix("limit/").and_then(|rest| rest.split('/').next());
    let window: Option<i64> = window.and_then(|window| window.parse().ok());
    window.is_some_and(|window| window < now.micros().div_euclid(WINDOW_MICROS) - 2)
}

#[cfg(test)]
#[path = "limit_traces.rs"]
mod traces;

#[cfg(test)]
mod tests {
    use super::*;
    use kv::Memory;

    fn limiter(memory: &Memory) -> Limiter {
        let mut values = config::Values::new([("verifying_keys", "")]);
        let edge = config::Edge::read(&mut values).unwrap();
        Limiter::new(Store::new("counters", memory.clone()), edge.rate_limits)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    async fn passes(limiter: &Limiter, at_second: i64, requests: usize) -> usize {
        let mut passed = 0;
        for _ in 0..requests {
            passed += usize::from(
                limiter
                    .charge(Class::Anonymous, "192.0.2.1", at(at_second))
                    .await
                    .unwrap()
                    .allowed(),
            );
        }
        passed
    }

    #[tokio::test]
    async fn exactly_the_limit_passes_and_the_window_slides() {
        let limiter = limiter(&Memory::default());
        assert_eq!(passes(&limiter, 600, 50).await, 30);
        assert_eq!(passes(&limiter, 659, 5).await, 0);
        assert_eq!(passes(&limiter, 690, 50).await, 15);
        assert_eq!(passes(&limiter, 780, 50).await, 30);
    }

    #[test]
    fn a_counter_is_over_when_no_decision_reads_it() {
        let now = at(600);
        let over = |key: &str| counter_is_over(key, now);
        assert!(over(&key(Class::Free, "user", 7)));
        for window in 8..=11 {
            assert!(!over(&key(Class::Free, "user", window)), "{window}");
        }
        assert!(!over("view/1/x") && !over("limit/x/free/user") && !over("limit/"));
    }

    #[tokio::test]
    async fn subjects_and_classes_do_not_mix() {
        let limiter = limiter(&Memory::default());
        assert_eq!(passes(&limiter, 600, 30).await, 30);
        assert!(
            limiter
                .charge(Class::Anonymous, "192.0.2.2", at(600))
                .await
                .unwrap()
                .allowed()
        );
        assert!(
            limiter
                .charge(Class::SignIn, "192.0.2.1", at(600))
                .await
                .unwrap()
                .allowed()
        );
    }

    #[tokio::test]
    async fn a_broken_store_leaves_the_decision_open_and_lets_through() {
        let memory = Memory::default();
        memory.break_down(true);
        let limiter = limiter(&memory);
        assert!(limiter.charge(Class::Free, "user", at(600)).await.is_err());
        let decision = limiter.unknown(Class::Free);
        let class = Class::Free;
        assert_eq!(decision, Decision::Unknown { class, limit: 100 });
        assert!(decision.allowed());
        assert_eq!(decision.remaining(), 100, "as if nothing had been used");
        assert!(limiter.probe(at(600)).await.is_err());
        memory.break_down(false);
        assert!(limiter.probe(at(600)).await.is_ok());
    }
}
