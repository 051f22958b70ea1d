//! Views of signals (SIG-6): counted in the key-value store, moved to the database in whole batches. Losing the store, or a request that is
//! cut off between the two, loses at most one batch of a signal.

use domain::Id;
use domain::signal::Signal;
use http_kit::log::{Level, event};
use kv::Store;
use store::{Database, signal_stats};

/// Views in a batch.
const BATCH: i64 = 16;

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
            Ok(count) if count % BATCH == 0 => {
                if let Err(error) = signal_stats::add_views(db, signal, BATCH).await {
                    failed(error.to_string());
                }
            }
            Ok(_) => {}
            Err(error) => failed(error.0),
        }
    }

    /// The views that are not in the database yet; `None` when the counters cannot be reached.
    pub async fn newest(&self, signal: Id<Signal>) -> Option<i64> {
        let count = self.0.increment(&key(signal), 0).await.ok()?;
        Some(count % BATCH)
    }
}

fn key(signal: Id<Signal>) -> String {
    format!("signal/{signal}")
}
