//! A plan of action, as somebody else wrote it: cleaned and bounded before anybody sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::text::{Line, Paragraphs};

/// More steps than anybody takes.
const MOST_STEPS: usize = 12;
/// Fifty years.
const LATEST_MONTH: u16 = 600;

/// A plan as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawPlan {
    /// A few sentences.
    pub summary: String,
    /// What to do.
    pub steps: Vec<RawStep>,
    /// Who wrote it.
    pub model: String,
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
}

/// A step as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawStep {
    /// One line.
    pub title: String,
    /// A few sentences.
    pub detail: String,
    /// Months from now.
    pub within_months: Option<u16>,
}

/// A plan that may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionPlan)]
pub struct Plan {
    /// A few sentences.
    pub summary: Paragraphs<2_000>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Who wrote it.
    pub model: Line<100>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionStep)]
pub struct Step {
    /// What.
    pub title: Line<200>,
    /// How.
    pub detail: Paragraphs<2_000>,
    /// Months from now until it should be done.
    #[schema(required)]
    pub within_months: Option<u16>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFailure {
    /// No adapter, or it has no key that counts.
    NotConfigured,
    /// We call the provider no more often for now.
    OverQuota,
    /// The provider takes no more for now.
    Throttled,
    /// The provider cannot be reached, or is at fault.
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// The answer broke off.
    Cut,
    /// The answer is no plan.
    Malformed,
    /// The provider does not answer about this.
    Refused,
}

impl PlanFailure {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::NotConfigured,
        Self::OverQuota,
        Self::Throttled,
        Self::Unavailable,
        Self::TimedOut,
        Self::Cut,
        Self::Malformed,
        Self::Refused,
    ];

    /// The code that a client sees.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::OverQuota => "over_quota",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Cut => "cut",
            Self::Malformed => "malformed",
            Self::Refused => "refused",
        }
    }
}

impl Plan {
    /// Cleans a plan (CONV-8). Steps beyond the twelfth are left out.
    ///
    /// # Errors
    /// [`PlanFailure::Malformed`] when it says nothing, or more than can be shown.
    pub fn parse(raw: &RawPlan) -> Result<Self, PlanFailure> {
        let steps: Option<Vec<Step>> = raw.steps.iter().take(MOST_STEPS).map(Step::parse).collect();
        let steps = steps.filter(|steps| !steps.is_empty());
        Ok(Self {
            summary: Paragraphs::parse(&raw.summary).map_err(|_| PlanFailure::Malformed)?,
            steps: steps.ok_or(PlanFailure::Malformed)?,
            model: Line::parse(&raw.model).map_err(|_| PlanFailure::Malformed)?,
        })
    }
}

impl Step {
    fn parse(raw: &RawStep) -> Option<Self> {
        Some(Self {
            title: Line::parse(&raw.title).ok()?,
            detail: Paragraphs::parse(&raw.detail).ok()?,
            within_months: raw.within_months.filter(|months| *months <= LATEST_MONTH),
        })
    }
}
