//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::{Clock, Timestamp};
use http_kit::client::Pending;
use http_kit::platform::{Timer, yield_now};

/// Where every [`MovableClock`] starts: the first second of a minute, so that a test knows its rate-limit window, with
/// microseconds that must survive every round trip.
pub const START: Timestamp = Timestamp::from_micros(1_800_000_000_123_457);

/// A clock for tests; clones share the time.
#[derive(Clone)]
pub struct MovableClock(Arc<AtomicI64>);

impl MovableClock {
    /// Goes on by `duration`.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now().plus(duration));
    }

    /// Goes on by some seconds.
    pub fn advance_seconds(&self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Goes to an instant.
    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.micros(), Ordering::SeqCst);
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START.micros())))
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Waiting moves the clock instead of taking time, and lets others take a step.
impl Timer for MovableClock {
    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        Box::pin(async move {
            self.advance(duration);
            yield_now().await;
        })
    }
}
