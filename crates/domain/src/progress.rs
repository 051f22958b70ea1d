//! How far something that takes a while has come (PROG-1): five stages, each with a status and its times, and what follows for the
//! whole.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::user::User;

/// Whatever progress is about; its id names the record.
pub struct Resource;

/// How many stages there are.
pub const STAGES: usize = 5;

/// One stage, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProgressStage)]
pub enum Stage {
    /// The text is normalised.
    Ingestion,
    /// It is judged whether it can be read as what it should be.
    Quality,
    /// It is split into parts, and each is classified.
    Taxonomy,
    /// The parts are tied to people, money and dates.
    Graph,
    /// Risks are found, scored and ranked.
    Embedding,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; STAGES] = [
        Self::Ingestion,
        Self::Quality,
        Self::Taxonomy,
        Self::Graph,
        Self::Embedding,
    ];

    /// The spelling of the API and of what is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingestion => "ingestion",
            Self::Quality => "quality",
            Self::Taxonomy => "taxonomy",
            Self::Graph => "graph",
            Self::Embedding => "embedding",
        }
    }

    /// Reads the spelling; `None` for anything else.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == raw)
    }

    /// The stage after this one; `None` after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| *stage > self)
    }
}

/// The status of a stage, and of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProgressStatus)]
pub enum Status {
    /// Not begun.
    Pending,
    /// Under way.
    Processing,
    /// Done.
    Completed,
    /// Ended without a result.
    Failed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Completed, Self::Failed];

    /// The spelling of the API and of what is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Reads the spelling; `None` for anything else.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == raw)
    }
}

/// The status of the whole: failed if any stage is; else processing if any runs, or some but not all are done; else completed if
/// all are; else pending (PROG-1).
pub fn overall(stages: [Status; STAGES]) -> Status {
    let any = |status| stages.contains(&status);
    if any(Status::Failed) {
        Status::Failed
    } else if any(Status::Processing) || (any(Status::Completed) && any(Status::Pending)) {
        Status::Processing
    } else if any(Status::Completed) {
        Status::Completed
    } else {
        Status::Pending
    }
}

/// What the record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProgressKind)]
pub enum Kind {
    /// The analysis of a contract (CON-4).
    ContractAnalysis,
}

impl Kind {
    /// The spelling of the API and of what is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContractAnalysis => "contract_analysis",
        }
    }

    fn parse(raw: &str) -> Option<Self> {
        (raw == Self::ContractAnalysis.as_str()).then_some(Self::ContractAnalysis)
    }
}

/// One stage of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was completed or failed.
    pub finished_at: Option<Timestamp>,
}

impl Step {
    const PENDING: Self = Self {
        status: Status::Pending,
        started_at: None,
        finished_at: None,
    };

    const fn to(self, status: Status, now: Timestamp) -> Self {
        match status {
            Status::Pending => Self::PENDING,
            Status::Processing => Self {
                status,
                started_at: Some(now),
                finished_at: None,
            },
            Status::Completed | Status::Failed => Self {
                status,
                finished_at: Some(now),
                ..self
            },
        }
    }
}

/// The record of a resource, as it is kept for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Whose it is; nobody else sees it.
    pub owner: Id<User>,
    /// What it is about.
    pub kind: Kind,
    /// Rises with every change (CONV-6).
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
    steps: [Step; STAGES],
}

impl Progress {
    /// How long a record is kept after its last change, in seconds (PROG-1).
    pub const KEPT_SECONDS: i64 = 24 * 3600;

    /// Whether the record of the resource with this id can have expired at `now`: it is written when the resource is created or later, and
    /// the id says when that was. So nobody has to look at the many records that are younger (OPS-7). `false` for what is no id.
    pub fn may_have_expired(resource: &str, now: Timestamp) -> bool {
        let created = Id::<Resource>::parse(resource)
            .ok()
            .and_then(|id| id.created_at());
        created.is_some_and(|at| at.seconds() + Self::KEPT_SECONDS <= now.seconds())
    }

    /// Changes within one attempt; versions of the next attempt begin above them.
    const CHANGES: i64 = 100;

    /// Nothing has begun. `attempt` counts from 0, the time before anybody took the work up; each attempt begins anew.
    pub const fn begin(owner: Id<User>, kind: Kind, attempt: i64, now: Timestamp) -> Self {
        Self {
            owner,
            kind,
            version: attempt.saturating_mul(Self::CHANGES),
            updated_at: now,
            steps: [Step::PENDING; STAGES],
        }
    }

    /// The record after a stage has come to this.
    #[must_use]
    pub fn with(mut self, stage: Stage, status: Status, now: Timestamp) -> Self {
        for (one, step) in Stage::ALL.into_iter().zip(&mut self.steps) {
            if one == stage {
                *step = step.to(status, now);
            }
        }
        self.version = self.version.saturating_add(1);
        self.updated_at = now;
        self
    }

    /// The stages in order.
    pub fn stages(&self) -> impl Iterator<Item = (Stage, Step)> + use<'_> {
        Stage::ALL.into_iter().zip(self.steps)
    }

    /// The status of the whole.
    pub fn overall(&self) -> Status {
        overall(self.steps.map(|step| step.status))
    }

    /// The record as text, for [`Progress::decode`].
    pub fn encode(&self) -> String {
        let head = format!(
            "1 {} {} {} {}",
            self.owner,
            self.kind.as_str(),
            self.version,
            self.updated_at.micros()
        );
        let instant = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.micros().to_string());
        self.steps.iter().fold(head, |text, step| {
            let (begin, end) = (instant(step.started_at), instant(step.finished_at));
            format!("{text} {} {begin} {end}", step.status.as_str())
        })
    }

    /// Reads what [`Progress::encode`] wrote; `None` for anything else, such as the record of another release.
    pub fn decode(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        (words.next()? == "1").then_some(())?;
        let owner = Id::parse(words.next()?).ok()?;
        let kind = Kind::parse(words.next()?)?;
        let version = words.next()?.parse().ok()?;
        let updated_at = Timestamp::from_micros(words.next()?.parse().ok()?);
        let mut steps = [Step::PENDING; STAGES];
        for step in &mut steps {
            *step = Step {
                status: Status::parse(words.next()?)?,
                started_at: instant(words.next()?)?,
                finished_at: instant(words.next()?)?,
            };
        }
        words.next().is_none().then_some(Self {
            owner,
            kind,
            version,
            updated_at,
            steps,
        })
    }
}

/// `-` for none; `None` outside for what is no instant.
fn instant(word: &str) -> Option<Option<Timestamp>> {
    match word {
        "-" => Some(None),
        micros => Some(Some(Timestamp::from_micros(micros.parse().ok()?))),
    }
}

#[cfg(test)]
mod tests;
