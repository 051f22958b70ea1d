//! Views of signals (SIG-6): counted in the key-value store, moved to the database in batches. Batches grow with the counter, so that a
//! signal which everybody looks at does not write all the time. Losing the store, or a request that is cut off between the two, loses at
//! most one batch of a signal: 16 views, or a sixteenth of what was counted.

use domain::Id;
use domain::signal::Signal;
use http_kit::log::{Level, event};
use kv::Store;
use store::{Database, signal_stats};

/// Views in the smallest batch.
const SMALLEST: i64 = 16;

/// The counters of views.
pub struct Views(Store);

impl Views {
    /// Counts in `store`.
    pub const fn new(store: Store) -> Self {
        Self(store)
    }

    /// Counts one view. A view that cannot be counted is no reason to refuse it.
    pub async fn count(&self, db: &Database, signal: Id<Signal>) {
        let failed = |error: String| event(Level::Warn, "view_not_counted", [("detail", error.into())]);
        match self.0.increment(&key(signal), 1).await {
            // Whoever completes a batch moves it, so each is moved once.
            Ok(count) => match completed(count) {
                0 => {}
                batch => {
                    if let Err(error) = signal_stats::add_views(db, signal, batch).await {
                        failed(error.to_string());
                    }
                }
            },
            Err(error) => failed(error.0),
        }
    }

    /// The views that are not in the database yet; `None` when the counters cannot be reached.
    pub async fn newest(&self, signal: Id<Signal>) -> Option<i64> {
        let count = self.0.increment(&key(signal), 0).await.ok()?;
        Some(count - moved(count))
    }
}

/// How many of `count` views are in batches.
const fn moved(count: i64) -> i64 {
    let mut batch = SMALLEST;
    while batch * 2 * SMALLEST <= count {
        batch *= 2;
    }
    count - count % batch
}

/// The batch that the last of `count` views completes; 0 if it completes none.
const fn completed(count: i64) -> i64 {
    if count < 1 {
        0
    } else {
        moved(count) - moved(count - 1)
    }
}

fn key(signal: Id<Signal>) -> String {
    format!("signal/{signal}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_is_moved_once_and_few_wait() {
        let (mut in_database, mut writes) = (0, 0);
        for count in 1..=100_000 {
            let batch = completed(count);
            in_database += batch;
            writes += i64::from(batch > 0);
            assert_eq!(in_database, moved(count), "{count}");
            let waiting = count - in_database;
            assert!(
                waiting < SMALLEST.max(count / 16 + 1),
                "{waiting} of {count} wait"
            );
        }
        assert!(writes < 300, "{writes} writes for 100 000 views");
        assert_eq!(
            [
                completed(16),
                completed(32),
                completed(17),
                completed(0),
                completed(-3)
            ],
            [16, 16, 0, 0, 0]
        );
    }
}
