//! One analysis from its first stage to its end (PROG-1). Whatever is written names the claim: when somebody else has taken the analysis
//! over, the next write says so, and the work stops there.

use std::time::Duration;

use domain::Timestamp;
use domain::analysis::run::{ATTEMPTS, Failure, LEASE, Verdict, judge};
use domain::analysis::{Document, graph, ingestion, quality, taxonomy};
use domain::progress::{Stage, Status};
use guard::Context;
use http_kit::log::{Level, event};
use store::analysis_work::{self, Claimed, Completion};
use store::{Error, contract_document};

use super::board::Record;
use super::listen::{self, Heard};
use crate::state::Workshop;

/// What became of an analysis in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It has a result.
    Completed,
    /// It has none and will have none.
    Failed,
    /// It is tried again.
    Delayed,
    /// It is not ours any more.
    Lost,
}

/// Why a stage did not come to its end.
pub enum Stopped {
    /// The analysis belongs to somebody else by now, or was deleted.
    Lost,
    /// It failed; the analyst may have asked to be left alone for a while.
    Failed(Failure, Option<Duration>),
    /// Our own quota for the analyst is used up until this instant.
    OverQuota(Timestamp),
    /// The database; the lease runs out, and it is taken up again.
    Database(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure, None)
    }
}

/// An analysis in hand.
pub struct Job<'a> {
    pub workshop: &'a Workshop,
    pub claimed: &'a Claimed,
    pub context: &'a Context,
    record: Record<'a>,
    stage: Stage,
}

/// Works on one analysis.
///
/// # Errors
/// [`Error`]; then it is taken up again when its lease has run out.
pub async fn one(workshop: &Workshop, claimed: &Claimed, context: &Context) -> Result<Ended, Error> {
    let mut job = Job {
        workshop,
        claimed,
        context,
        record: workshop.board.record(claimed, workshop.clock.now()),
        stage: Stage::Ingestion,
    };
    let outcome = match job.work().await {
        Ok(completion) => job.completed(&completion).await,
        Err(stopped) => Err(stopped),
    };
    let ended = match outcome {
        Ok(()) => Ended::Completed,
        Err(stopped) => job.stopped(stopped).await?,
    };
    if ended != Ended::Lost {
        job.record.make_good(&*workshop.timer, &*workshop.clock).await;
    }
    Ok(ended)
}

impl Job<'_> {
    /// The five stages.
    async fn work(&mut self) -> Result<Completion, Stopped> {
        self.record
            .enter(Stage::Ingestion, self.workshop.clock.now())
            .await;
        if self.claimed.attempt > ATTEMPTS {
            // Everybody who had it died before they could judge: what kills workers must not do so for ever.
            return Err(Failure::GivenUp.into());
        }
        let (noted, document) = self.ingest().await?;
        self.enter(Stage::Quality).await?;
        quality::judge(&document).map_err(|unfit| Failure::Unfit(unfit.as_str()))?;
        self.enter(Stage::Taxonomy).await?;
        let sections = taxonomy::split(&document);
        self.enter(Stage::Graph).await?;
        let concerns = graph::check(&document, &graph::tie(&document, &sections), &noted.stated());
        self.enter(Stage::Embedding).await?;
        let heard = Heard {
            noted: &noted,
            document: &document,
            concerns,
        };
        listen::to_the_end(self, heard).await
    }

    async fn ingest(&self) -> Result<(contract_document::Document, Document), Stopped> {
        let Claimed { contract, user, .. } = *self.claimed;
        let noted = contract_document::find(&self.workshop.db, contract, user).await?;
        let noted = noted.filter(|noted| noted.hash().as_slice() == self.claimed.document_hash);
        let text = noted.as_ref().and_then(|noted| noted.text.as_deref());
        let document = text.map(ingestion::normalise);
        noted.zip(document).ok_or(Failure::DocumentChanged.into())
    }

    async fn enter(&mut self, stage: Stage) -> Result<(), Stopped> {
        let now = self.workshop.clock.now();
        let ours = analysis_work::enter(&self.workshop.db, self.claimed, stage, now.plus(LEASE)).await?;
        if !ours {
            return Err(Stopped::Lost);
        }
        self.stage = stage;
        self.record.enter(stage, now).await;
        Ok(())
    }

    async fn completed(&mut self, completion: &Completion) -> Result<(), Stopped> {
        self.leave(Status::Completed).await?;
        let ours = analysis_work::complete(&self.workshop.db, self.claimed, completion).await?;
        if !ours {
            return Err(Stopped::Lost);
        }
        self.log(Level::Info, "analysis_completed", "");
        Ok(())
    }

    /// Shows how the stage at hand ends, before the analysis does: if this is the last that is heard of us, the analysis is taken up again
    /// and shown anew. The other way round nobody would ever correct what is shown.
    async fn leave(&mut self, status: Status) -> Result<(), Stopped> {
        let now = self.workshop.clock.now();
        let ours = analysis_work::hold(&self.workshop.db, self.claimed, now.plus(LEASE)).await?;
        if !ours {
            return Err(Stopped::Lost);
        }
        self.record.leave(self.stage, status, now).await;
        Ok(())
    }

    async fn stopped(&mut self, stopped: Stopped) -> Result<Ended, Error> {
        match self.settled(stopped).await {
            Ok(ended) => Ok(ended),
            Err(Stopped::Database(error)) => Err(error),
            Err(_) => {
                self.log(Level::Warn, "analysis_lost", "");
                Ok(Ended::Lost)
            }
        }
    }

    async fn settled(&mut self, stopped: Stopped) -> Result<Ended, Stopped> {
        let (db, now) = (&self.workshop.db, self.workshop.clock.now());
        let (failure, asked) = match stopped {
            Stopped::Lost | Stopped::Database(_) => return Err(stopped),
            Stopped::OverQuota(next) => {
                self.leave(Status::Pending).await?;
                let ours = analysis_work::postpone(db, self.claimed, next).await?;
                return self.ended(ours, Ended::Delayed, Failure::Throttled);
            }
            Stopped::Failed(failure, asked) => (failure, asked),
        };
        let verdict = judge(self.claimed.attempt, failure, asked, now, &*self.workshop.random);
        let (status, ended) = match verdict {
            Verdict::Again(..) => (Status::Pending, Ended::Delayed),
            Verdict::Over(_) => (Status::Failed, Ended::Failed),
        };
        self.leave(status).await?;
        let ours = analysis_work::settle(db, self.claimed, verdict, now).await?;
        self.ended(ours, ended, failure)
    }

    fn ended(&self, ours: bool, ended: Ended, failure: Failure) -> Result<Ended, Stopped> {
        if !ours {
            return Err(Stopped::Lost);
        }
        let name = if ended == Ended::Failed {
            "analysis_failed"
        } else {
            "analysis_delayed"
        };
        self.log(Level::Warn, name, failure.as_str());
        Ok(ended)
    }

    /// Names the analysis and nothing of the document.
    fn log(&self, level: Level, name: &str, reason: &str) {
        let fields = self.context.about([
            ("analysis_id", self.claimed.id.to_string().into()),
            ("attempt", self.claimed.attempt.into()),
            ("stage", self.stage.as_str().into()),
            ("reason", reason.into()),
        ]);
        event(level, name, fields);
    }
}
