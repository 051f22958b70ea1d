//! Where everybody can see how far an analysis has come (PROG-1). Work never waits for it to work (PROG-2).

use std::time::Duration;

use domain::progress::{Kind, Progress, Stage, Status};
use domain::{Clock, Timestamp};
use http_kit::log::{Level, event};
use http_kit::platform::Timer;
use kv::Store;
use store::analysis_work::Claimed;

/// How long to wait before what an analysis ended with is shown again, while the store fails. Together longer than a store is left alone
/// that was late (`kv::patient`).
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3)];

/// The board.
pub struct Board(Store);

impl Board {
    /// Keeps records in `store`.
    pub const fn new(store: Store) -> Self {
        Self(store)
    }

    /// The record of one attempt. Nothing is written before the first stage begins.
    pub const fn record(&self, claimed: &Claimed, now: Timestamp) -> Record<'_> {
        Record {
            board: self,
            id: claimed.id,
            is_kept: true,
            progress: Progress::begin(claimed.user, Kind::ContractAnalysis, claimed.claim, now),
        }
    }
}

/// The record of one analysis while somebody works on it.
pub struct Record<'a> {
    board: &'a Board,
    id: domain::Id<domain::analysis::run::Analysis>,
    progress: Progress,
    /// Whether what was last shown is there.
    is_kept: bool,
}

impl Record<'_> {
    /// A stage begins, and with it the one before is done.
    pub async fn enter(&mut self, stage: Stage, now: Timestamp) {
        let before = Stage::ALL.into_iter().filter(|one| one.next() == Some(stage));
        for done in before {
            self.set(done, Status::Completed, now);
        }
        self.set(stage, Status::Processing, now);
        self.write(now).await;
    }

    /// A stage ends like this, or waits to be begun again.
    pub async fn leave(&mut self, stage: Stage, status: Status, now: Timestamp) {
        self.set(stage, status, now);
        self.write(now).await;
    }

    fn set(&mut self, stage: Stage, status: Status, now: Timestamp) {
        self.progress = self.progress.clone().with(stage, status, now);
    }

    /// The analysis has ended. Shown otherwise it would seem to run for a day, so what could not be kept is tried again.
    pub async fn make_good(&mut self, timer: &dyn Timer, clock: &dyn Clock) {
        for pause in PAUSES {
            if self.is_kept {
                return;
            }
            timer.sleep(pause).await;
            self.write(clock.now()).await;
        }
    }

    async fn write(&mut self, now: Timestamp) {
        let (key, text) = (self.id.to_string(), self.progress.encode());
        let until = now.seconds() + Progress::KEPT_SECONDS;
        let kept = self.board.0.set(&key, text.as_bytes(), until).await;
        self.is_kept = kept.is_ok();
        if let Err(error) = kept {
            let fields = [("analysis_id", key.into()), ("detail", error.0.into())];
            event(Level::Warn, "progress_not_kept", fields);
        }
    }
}
