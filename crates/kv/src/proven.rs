//! No blocking call to a store of which nobody knows whether it answers.
//!
//! An increment blocks its instance, with up to sixteen requests in it, until the store answers. While Redis is away, Spin's client lets
//! such a call wait for a minute and longer ([`docs/operations.md`](../../../docs/operations.md), "Redis was away"). So the first increment of an instance, and
//! the first one after a failure, follows a call that can be given up (`patient`).

use std::sync::atomic::{AtomicBool, Ordering};

use crate::backend::{Backend, Pending};
use crate::error::Error;
use crate::sweep::Listing;

/// A key that nobody writes: whether the store answers is all that is asked.
const NOTHING: &str = "-";

/// A store that is asked whether it answers before anything blocks on it.
pub struct Proven<B> {
    backend: B,
    /// Whether the last call was answered.
    answers: AtomicBool,
}

impl<B: Backend> Proven<B> {
    /// Nothing is known of the store yet.
    pub const fn new(backend: B) -> Self {
        Self {
            backend,
            answers: AtomicBool::new(false),
        }
    }

    async fn note<R>(&self, call: Pending<'_, R>) -> Result<R, Error> {
        // A call that is given up says nothing any more, so the doubt comes first.
        self.answers.store(false, Ordering::Relaxed);
        let answer = call.await;
        self.answers.store(answer.is_ok(), Ordering::Relaxed);
        answer
    }
}

impl<B: Backend> Backend for Proven<B> {
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        Box::pin(self.note(self.backend.get(key)))
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()> {
        Box::pin(self.note(self.backend.set(key, value)))
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(self.note(self.backend.delete(key)))
    }

    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
        Box::pin(async move {
            if !self.answers.load(Ordering::Relaxed) {
                self.note(self.backend.get(NOTHING)).await?;
            }
            self.note(self.backend.increment(key, delta)).await
        })
    }
}

impl<B: Listing> Listing for Proven<B> {
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
    use std::sync::Mutex;

    use futures::FutureExt;
    use futures::executor::block_on;

    use super::*;

    /// What was asked, and how it is answered: yes, no, or not at all.
    #[derive(Default)]
    struct Store {
        asked: Mutex<Vec<String>>,
        answer: Mutex<Answer>,
    }

    #[derive(Clone, Copy, Default)]
    enum Answer {
        #[default]
        Yes,
        No,
        Never,
    }

    impl Store {
        fn answer<'a, R: Send + 'a>(&'a self, asked: &str, good: R) -> Pending<'a, R> {
            self.asked.lock().unwrap().push(asked.to_owned());
            match *self.answer.lock().unwrap() {
                Answer::Yes => Box::pin(async { Ok(good) }),
                Answer::No => Box::pin(async { Err(Error("no".to_owned())) }),
                Answer::Never => Box::pin(std::future::pending()),
            }
        }
    }

    impl Backend for &Store {
        fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
            self.answer(&format!("get {key}"), None)
        }
        fn set<'a>(&'a self, key: &'a str, _: Vec<u8>) -> Pending<'a, ()> {
            self.answer(&format!("set {key}"), ())
        }
        fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
            self.answer(&format!("delete {key}"), ())
        }
        fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
            self.answer(&format!("increment {key}"), delta)
        }
    }

    #[test]
    fn nothing_blocks_before_the_store_has_answered() {
        let store = Store::default();
        let proven = Proven::new(&store);
        block_on(proven.increment("a", 1)).unwrap();
        block_on(proven.increment("a", 1)).unwrap();
        assert_eq!(
            *store.asked.lock().unwrap(),
            ["get -", "increment a", "increment a"]
        );
    }

    #[test]
    fn nothing_blocks_after_a_failure_or_a_call_that_was_given_up() {
        for answer in [Answer::No, Answer::Never] {
            let store = Store::default();
            let proven = Proven::new(&store);
            block_on(proven.set("value", Vec::new())).unwrap();
            *store.answer.lock().unwrap() = answer;
            assert!(!matches!(proven.delete("value").now_or_never(), Some(Ok(()))));
            store.asked.lock().unwrap().clear();
            for _ in 0..2 {
                assert!(!matches!(proven.increment("a", 1).now_or_never(), Some(Ok(_))));
            }
            assert_eq!(*store.asked.lock().unwrap(), ["get -", "get -"]);
            *store.answer.lock().unwrap() = Answer::Yes;
            block_on(proven.increment("a", 1)).unwrap();
            assert_eq!(store.asked.lock().unwrap().last().unwrap(), "increment a");
        }
    }
}
