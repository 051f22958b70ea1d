//! What becomes of the text of a contract (CON-4): five stages, each a file of its own, that say what is risky in it.
//!
//! 1. [`ingestion`] normalises the text; from then on every quote is one of that text.
//! 2. [`quality`] refuses what cannot be a contract, with a reason.
//! 3. [`taxonomy`] splits it into articles and says what each is about.
//! 4. [`graph`] ties amounts, dates and names to them and compares those with what the person noted.
//! 5. [`score`] judges all findings, its own and those of the analyst's port, and gives the result.
//!
//! Words of contract language are data and lie in `words/`.

pub mod concern;
pub mod dates;
pub mod graph;
pub mod ingestion;
pub mod money;
pub mod parties;
pub mod quality;
pub mod quote;
pub mod run;
pub mod score;
pub mod squeezed;
pub mod taxonomy;
mod words;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use concern::{Concern, Kind};
pub use graph::{Graph, Stated};
pub use ingestion::Document;
pub use quality::Unfit;
pub use score::{Judge, Report};
pub use taxonomy::{Section, Topic};

/// How bad one risk is. The order is that of badness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth asking about.
    Medium,
    /// Worth changing before signing.
    High,
    /// Worth not signing.
    Critical,
}

impl Severity {
    /// Every severity, from the mildest.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads the stored spelling.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == raw)
    }
}

/// How risky a contract is as a whole (CON-4, `risk_level`). It has the words of [`Severity`].
pub type RiskLevel = Severity;

/// One risk, tied to the words that it comes from (CON-4, `clauses`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = RiskyClause)]
pub struct Clause {
    /// Words of the normalised document, as they stand there.
    pub quote: String,
    /// What may happen, in a few words.
    pub risk: String,
    /// How bad that would be.
    pub severity: Severity,
    /// Why.
    pub explanation: String,
    /// What to do about it.
    pub recommendation: String,
}

/// One thing that is known about a contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A risk in the text.
    Clause(Clause),
    /// Something that the text should say and does not (CON-4, `missing_clauses`).
    MissingClause(String),
}

/// What an analyst says at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// A few sentences.
    pub summary: String,
    /// From 0 to 100, as the analyst sees it. What counts is [`score::Report::risk_score`].
    pub risk_score: u8,
    /// Findings that the analyst left out itself.
    pub dropped: u32,
    /// What it cost.
    pub usage: Usage,
}

/// What an answer cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Who answered: the name of a model, with its version if it has one.
    pub model: String,
    /// Tokens that were read; 0 where nobody counts them.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
}
