//! The real clock and the real randomness. Nothing else may ask the system for either.

use std::time::{Duration, SystemTime};

use domain::{Clock, Random, Timestamp};

use crate::client::Pending;

/// The clock of the host.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the present comes in"
    )]
    fn now(&self) -> Timestamp {
        let elapsed = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The host's generator.
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where randomness comes in"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // A key or token without randomness must never exist. The host has taken the generator away: stop.
            std::process::abort();
        }
    }
}

/// Lets the other requests of the instance take a step. Ready the second time it is asked.
pub async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// Lets time pass: a parameter like the clock, so that tests need not wait.
pub trait Timer: Send + Sync {
    /// Ends after this time.
    fn sleep(&self, duration: Duration) -> Pending<'_, ()>;
}

/// The timer of the host.
#[cfg(target_family = "wasm")]
pub struct SystemTimer;

#[cfg(target_family = "wasm")]
impl Timer for SystemTimer {
    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        crate::client::Transport::sleep(&crate::client::SpinTransport, duration)
    }
}
