//! A bounded number of hashes at once (AUTH-9).
//!
//! An instance has one thread: while it hashes, nothing else in it moves. So "at once" counts the requests that hash or wait for their
//! turn. Beyond the bound a request is refused at once instead of waiting long; and between two hashes the instance
//! breathes, so that its other requests wait for one hash and never for a row of them (docs/decisions.md).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::http::{HeaderValue, header};
use http_kit::platform::yield_now;
use http_kit::{Code, Problem};

/// How often the others get a step between two hashes: enough for a request that only has to be answered.
const BREATHS: usize = 8;

/// Seconds after which a refused client may try again: several hashes.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Who hashes and who waits.
pub struct Queue {
    limit: usize,
    inside: AtomicUsize,
    taken: AtomicBool,
    #[cfg(test)]
    done: AtomicUsize,
}

/// The right to hash, in turn. Given back when it is dropped, also by a request that was cancelled.
pub struct Place<'a>(&'a Queue);

impl Queue {
    /// Lets `limit` requests in.
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            inside: AtomicUsize::new(0),
            taken: AtomicBool::new(false),
            #[cfg(test)]
            done: AtomicUsize::new(0),
        }
    }

    /// How much work was done.
    #[cfg(test)]
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Acquire)
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// [`Code::Busy`] with `Retry-After` when none is free.
    pub fn enter(&self) -> Result<Place<'_>, Problem> {
        let entered = self
            .inside
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |inside| {
                (inside < self.limit).then(|| inside + 1)
            });
        match entered {
            Ok(_) => Ok(Place(self)),
            Err(_) => Err(busy()),
        }
    }
}

/// Come back when some of what is under way has ended.
pub fn busy() -> Problem {
    Problem::new(Code::Busy).with_header(header::RETRY_AFTER, RETRY_AFTER)
}

impl Place<'_> {
    /// Does the work when it is its turn, and lets others move before the next one's.
    pub async fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        // Whoever came at the same moment gets a place or a refusal before the instance stands still.
        yield_now().await;
        while self.0.taken.swap(true, Ordering::AcqRel) {
            yield_now().await;
        }
        let turn = Turn(self.0);
        let done = work();
        #[cfg(test)]
        self.0.done.fetch_add(1, Ordering::AcqRel);
        for _ in 0..BREATHS {
            yield_now().await;
        }
        drop(turn);
        done
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Turn<'a>(&'a Queue);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::Mutex;

    #[tokio::test]
    async fn as_many_as_allowed_get_in_and_the_others_are_told_to_come_back() {
        let queue = Queue::new(3);
        let outcomes = join_all((0..10).map(|number| {
            let queue = &queue;
            async move {
                let place = queue.enter()?;
                Ok::<_, Problem>(place.work(|| number).await)
            }
        }))
        .await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (3, 7));
        for problem in refused.into_iter().filter_map(Result::err) {
            assert_eq!(problem.code(), Code::Busy);
        }
        assert!(queue.enter().is_ok(), "the places are free again");
    }

    #[tokio::test]
    async fn others_move_between_two_hashes() {
        let queue = Queue::new(8);
        let log = Mutex::new(Vec::new());
        let hashes = join_all((0..4).map(|_| {
            let (queue, log) = (&queue, &log);
            async move {
                let place = queue.enter().unwrap();
                place.work(|| log.lock().unwrap().push("hash")).await;
            }
        }));
        let other = async {
            for _ in 0..100 {
                log.lock().unwrap().push("other");
                yield_now().await;
            }
        };
        futures::future::join(hashes, other).await;
        let log = log.into_inner().unwrap();
        assert_eq!(log.iter().filter(|step| **step == "hash").count(), 4);
        assert!(
            log.windows(2).all(|pair| pair != ["hash", "hash"]),
            "two hashes in a row: {log:?}"
        );
    }

    #[tokio::test]
    async fn a_cancelled_request_leaves_its_place_and_its_turn() {
        let queue = Queue::new(1);
        {
            let place = queue.enter().unwrap();
            let mut work = Box::pin(place.work(|| ()));
            for _ in 0..2 {
                let _ = futures::poll!(&mut work);
            }
        }
        let place = queue.enter().unwrap();
        assert_eq!(place.work(|| 7).await, 7);
    }
}
