//! A store that answers late is a store that does not answer.
//!
//! Spin's Redis client tries to connect for half a minute before it says that nobody is there, and so would each request. Here a call
//! ends after [`PATIENCE`], and for a while after that nobody even asks (GUARD-2, GUARD-4). An increment cannot be cut off, because it
//! blocks its instance; after one that failed late the others do not block too.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use crate::backend::{Backend, Pending};
use crate::error::Error;
use crate::sweep::Listing;

/// How long a call may take. An answer takes less than a millisecond, so nothing that works is cut off.
const PATIENCE: Duration = Duration::from_secs(2);

/// In how many parts that time is counted. An instance can be held up, by a read of SQLite that blocks it, and hears of an answer only
/// afterwards: however long that was, it counts as one part, so that no store is thought late that answered in time.
const PARTS: u32 = 8;

/// For how long a store that failed late is left alone.
const REST: Duration = Duration::from_secs(2);

/// A key of no value, read to see whether the store answers.
const PROBE: &str = "-";

/// Measures time, from any beginning.
pub trait Timer: Send + Sync {
    /// Nanoseconds since the beginning.
    fn now(&self) -> u64;
    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// A store with bounds on its time.
pub struct Patient<B, T> {
    backend: B,
    timer: T,
    /// Until when it is left alone; 0 while it never failed late.
    rests_until: AtomicU64,
    /// Whether it was late, and has not shown since that it answers.
    is_doubted: AtomicBool,
}

impl<B: Backend, T: Timer> Patient<B, T> {
    /// Puts bounds on a store.
    pub const fn new(backend: B, timer: T) -> Self {
        Self {
            backend,
            timer,
            rests_until: AtomicU64::new(0),
            is_doubted: AtomicBool::new(false),
        }
    }

    /// Asking the host for the time is a call too, so what is answered at its first poll never asks; only a call that blocks, and may
    /// have taken long by then, says when it was `started`.
    async fn within<R>(&self, mut call: Pending<'_, R>, started: Option<u64>) -> Result<R, Error> {
        self.is_asked()?;
        let first = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
        if let Poll::Ready(answer) = first {
            if let Some(start) = started {
                self.note(start);
            }
            return answer;
        }
        for _ in 0..PARTS {
            if let Some(answer) = self.race(&mut call, PATIENCE / PARTS).await {
                return answer;
            }
        }
        self.rest(self.timer.now());
        Err(Error(format!("no answer within {PATIENCE:?}")))
    }

    /// Whether the store is not left alone at the moment.
    fn is_asked(&self) -> Result<(), Error> {
        let until = self.rests_until.load(Ordering::Relaxed);
        if until > 0 && self.timer.now() < until {
            return Err(Error("it did not answer a moment ago".to_owned()));
        }
        Ok(())
    }

    /// Leaves the store alone for a while if a call that is answered was late.
    fn note(&self, start: u64) {
        let end = self.timer.now();
        if end.saturating_sub(start) >= nanos(PATIENCE) {
            self.rest(end);
        }
    }

    /// Leaves the store alone for a while, because a call was late.
    fn rest(&self, now: u64) {
        self.rests_until
            .store(now.saturating_add(nanos(REST)), Ordering::Relaxed);
        self.is_doubted.store(true, Ordering::Relaxed);
    }

    /// Nothing blocks on a store that was late before it has answered, in time, a call that can be cut off.
    async fn ensure_prompt(&self) -> Result<(), Error> {
        if self.is_doubted.load(Ordering::Relaxed) {
            self.within(self.backend.get(PROBE), None).await?;
            self.is_doubted.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The answer, if it comes in this time.
    async fn race<R>(&self, call: &mut Pending<'_, R>, time: Duration) -> Option<Result<R, Error>> {
        let mut end = pin!(self.timer.sleep(time));
        poll_fn(|context| {
            if let Poll::Ready(answer) = call.as_mut().poll(context) {
                return Poll::Ready(Some(answer));
            }
            end.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl<B: Backend, T: Timer> Backend for Patient<B, T> {
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        Box::pin(self.within(self.backend.get(key), None))
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()> {
        Box::pin(self.within(self.backend.set(key, value), None))
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(self.within(self.backend.delete(key), None))
    }

    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
        Box::pin(async move {
            self.ensure_prompt().await?;
            let start = self.timer.now();
            self.within(self.backend.increment(key, delta), Some(start)).await
        })
    }
}

/// Listing takes as long as the store is large, and only the sweep waits for it: it has no bound, and says nothing of how others fare.
impl<B: Listing, T: Timer> Listing for Patient<B, T> {
    fn find<'a>(
        &'a self,
        wanted: &'a (dyn Fn(&str) -> bool + Sync),
        most: usize,
    ) -> Pending<'a, Vec<String>> {
        self.backend.find(wanted, most)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use futures::executor::block_on;

    use super::*;

    /// Time that passes only by sleeping and by hand.
    #[derive(Clone, Default)]
    struct Hand(Arc<AtomicU64>);

    impl Hand {
        fn pass(&self, duration: Duration) {
            self.0.fetch_add(nanos(duration), Ordering::SeqCst);
        }
    }

    impl Timer for Hand {
        fn now(&self) -> u64 {
            self.0.load(Ordering::SeqCst)
        }

        fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            Box::pin(async move { self.pass(duration) })
        }
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Mood {
        Answers,
        Fails,
        Hangs,
        /// Answers when its time is as good as over.
        IsHeardLate,
    }

    #[derive(Clone)]
    struct Moody {
        mood: Arc<std::sync::Mutex<Mood>>,
        calls: Arc<AtomicUsize>,
    }

    impl Moody {
        fn new(mood: Mood) -> Self {
            Self {
                mood: Arc::new(std::sync::Mutex::new(mood)),
                calls: Arc::default(),
            }
        }

        fn becomes(&self, mood: Mood) {
            *self.mood.lock().unwrap() = mood;
        }

        fn calls(&self) -> usize {
            self.calls.load(Ordering::SeqCst)
        }

        async fn answer<R>(&self, good: R) -> Result<R, Error> {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let mood = *self.mood.lock().unwrap();
            match mood {
                Mood::Answers => Ok(good),
                Mood::Fails => Err(Error("refused".to_owned())),
                Mood::Hangs => std::future::pending().await,
                Mood::IsHeardLate => {
                    let mut polls = 0;
                    poll_fn(|_| {
                        polls += 1;
                        if polls > PARTS {
                            Poll::Ready(())
                        } else {
                            Poll::Pending
                        }
                    })
                    .await;
                    Ok(good)
                }
            }
        }
    }

    impl Backend for Moody {
        fn get<'a>(&'a self, _: &'a str) -> Pending<'a, Option<Vec<u8>>> {
            Box::pin(self.answer(None))
        }
        fn set<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Pending<'a, ()> {
            Box::pin(self.answer(()))
        }
        fn delete<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
            Box::pin(self.answer(()))
        }
        fn increment<'a>(&'a self, _: &'a str, delta: i64) -> Pending<'a, i64> {
            Box::pin(self.answer(delta))
        }
    }

    #[test]
    fn a_call_that_hangs_ends_and_the_next_ones_do_not_wait() {
        let moody = Moody::new(Mood::Hangs);
        let hand = Hand::default();
        let store = Patient::new(moody.clone(), hand.clone());
        let before = hand.now();
        let error = block_on(store.get("key")).unwrap_err();
        assert!(error.to_string().contains("no answer within 2s"), "{error}");
        assert_eq!(hand.now() - before, nanos(PATIENCE));
        for _ in 0..10 {
            assert!(block_on(store.set("key", Vec::new())).is_err());
        }
        assert_eq!(moody.calls(), 1, "nobody asks meanwhile");
        assert_eq!(hand.now() - before, nanos(PATIENCE), "and nobody waits");

        moody.becomes(Mood::Answers);
        hand.pass(REST);
        assert_eq!(block_on(store.increment("key", 3)).unwrap(), 3);
        assert!(block_on(store.delete("key")).is_ok());
        let looked = 1;
        assert_eq!(moody.calls(), 3 + looked, "it is asked again");
    }

    #[test]
    fn an_answer_that_is_there_when_the_time_is_over_counts_and_raises_no_doubt() {
        let moody = Moody::new(Mood::IsHeardLate);
        let store = Patient::new(moody.clone(), Hand::default());
        assert_eq!(block_on(store.get("key")).unwrap(), None);
        moody.becomes(Mood::Answers);
        assert_eq!(
            block_on(store.increment("key", 1)).unwrap(),
            1,
            "nobody is left alone"
        );
        assert_eq!(moody.calls(), 2, "and nobody looks first");
    }

    /// A store whose increments answer after so many seconds, and block meanwhile.
    struct Slow {
        hand: Hand,
        seconds: Arc<AtomicU64>,
        increments: Arc<AtomicUsize>,
    }

    impl Backend for Slow {
        fn get<'a>(&'a self, _: &'a str) -> Pending<'a, Option<Vec<u8>>> {
            Box::pin(async {
                match self.seconds.load(Ordering::SeqCst) {
                    0 => Ok(None),
                    _ => std::future::pending().await,
                }
            })
        }
        fn set<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Pending<'a, ()> {
            Box::pin(async { Ok(()) })
        }
        fn delete<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
            Box::pin(async { Ok(()) })
        }
        fn increment<'a>(&'a self, _: &'a str, delta: i64) -> Pending<'a, i64> {
            self.increments.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                let seconds = self.seconds.load(Ordering::SeqCst);
                self.hand.pass(Duration::from_secs(seconds));
                Ok(delta)
            })
        }
    }

    #[test]
    fn an_increment_that_blocked_is_the_last_until_the_store_answers_in_time() {
        let hand = Hand::default();
        let (seconds, increments) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
        let slow = Slow {
            hand: hand.clone(),
            seconds: Arc::clone(&seconds),
            increments: Arc::clone(&increments),
        };
        let store = Patient::new(slow, hand.clone());
        assert_eq!(block_on(store.increment("key", 1)).unwrap(), 1);
        seconds.store(5, Ordering::SeqCst);
        assert_eq!(
            block_on(store.increment("key", 1)).unwrap(),
            1,
            "nothing can cut it off"
        );
        for _ in 0..10 {
            assert!(block_on(store.increment("key", 1)).is_err(), "it rests");
        }
        hand.pass(REST);
        // What can be cut off goes first.
        let before = hand.now();
        assert!(block_on(store.increment("key", 1)).is_err());
        assert_eq!(hand.now() - before, nanos(PATIENCE));
        assert_eq!(increments.load(Ordering::SeqCst), 2, "nobody was blocked again");
        seconds.store(0, Ordering::SeqCst);
        hand.pass(REST);
        assert_eq!(block_on(store.increment("key", 1)).unwrap(), 1);
        assert_eq!(increments.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_store_that_refuses_at_once_is_asked_again_at_once() {
        let moody = Moody::new(Mood::Fails);
        let store = Patient::new(moody.clone(), Hand::default());
        assert!(block_on(store.get("key")).is_err());
        moody.becomes(Mood::Answers);
        assert_eq!(block_on(store.get("key")).unwrap(), None);
        assert_eq!(moody.calls(), 2);
    }
}
