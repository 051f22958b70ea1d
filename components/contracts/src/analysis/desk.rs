//! What beginning and watching an analysis needs besides the database.

use std::sync::Arc;

use config::Analyst;
use domain::Timestamp;
use domain::progress::{Kind, Progress};
use http_kit::bell::Bell;
use http_kit::log::{Level, event};
use http_kit::platform::Timer;
use kv::Store;
use store::analysis::{Request, Stored};

/// Built with the instance.
pub struct Desk {
    /// Wakes the component `analysis`.
    pub bell: Arc<dyn Bell>,
    /// Where the progress of work is kept (PROG-1).
    pub progress: Store,
    /// Who analyses.
    pub analyst: Analyst,
    /// For streams that wait.
    pub timer: Arc<dyn Timer>,
}

impl Desk {
    /// Writes down that nothing has begun, before there is anything that could begin: whoever takes the work up writes after this. A
    /// store that does not answer stops nobody (PROG-2).
    pub async fn announce(&self, request: &Request<'_>) {
        let record = Progress::begin(request.user, Kind::ContractAnalysis, 0, request.now);
        let until = request.now.seconds() + Progress::KEPT_SECONDS;
        let (key, text) = (request.id.to_string(), record.encode());
        let kept = self.progress.set(&key, text.as_bytes(), until);
        if let Err(error) = kept.await {
            event(Level::Warn, "progress_not_kept", [("detail", error.0.into())]);
        }
    }

    /// Wakes whoever does the work if this analysis is due: it was just begun, its last attempt has waited long enough, or whoever had
    /// taken it up is gone.
    pub fn wake(&self, analysis: &Stored, traceparent: &str) {
        if analysis.is_overdue {
            self.bell.ring(traceparent);
        }
    }
}

/// Seconds between two rings of one stream, so that a worker that cannot be reached is not rung for at every look.
pub const BETWEEN_RINGS: std::time::Duration = std::time::Duration::from_secs(5);

/// Whether so much time has passed since the last ring.
pub fn may_ring(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now >= last.plus(BETWEEN_RINGS))
}
