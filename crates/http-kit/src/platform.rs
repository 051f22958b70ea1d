//! The real clock and the real randomness. Nothing else may ask the system for either.

use std::sync::{Mutex, PoisonError};
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
#[derive(Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[cfg_attr(
        not(target_family = "wasm"),
        expect(
            clippy::disallowed_methods,
            reason = "this is the one place where randomness comes in"
        )
    )]
    #[cfg(not(target_family = "wasm"))]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // A key or token without randomness must never exist. The host has taken the generator away: stop.
            std::process::abort();
        }
    }

    /// One call to the host for all bytes; the crate above makes one for every eight.
    #[cfg(target_family = "wasm")]
    fn fill(&self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let drawn = spin_sdk::wasip3::random::random::get_random_bytes(rest.len() as u64);
            let (filled, more) = rest.split_at_mut(drawn.len().min(rest.len()));
            for (byte, drawn) in filled.iter_mut().zip(drawn) {
                *byte = drawn;
            }
            rest = more;
        }
    }
}

/// How many bytes a [`PooledRandom`] asks for at once: the ids of eight requests.
const POOL: usize = 512;

/// The generator of `R`, asked for many bytes at once: each question is a call to the host, and every request draws ids. Bytes are handed
/// out once and wiped; until then they lie where the keys of the instance lie.
#[derive(Default)]
pub struct PooledRandom<R> {
    source: R,
    pool: Mutex<Vec<u8>>,
}

impl<R: Random> Random for PooledRandom<R> {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > POOL {
            return self.source.fill(bytes);
        }
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < bytes.len() {
            pool.resize(POOL, 0);
            self.source.fill(&mut pool);
        }
        let rest = pool.len() - bytes.len();
        for (byte, drawn) in bytes.iter_mut().zip(pool.iter_mut().skip(rest)) {
            *byte = std::mem::take(drawn);
        }
        pool.truncate(rest);
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
