//! A check as its person sees it.

use domain::affordability::{RealityCheck, Verdict};
use domain::region::RegionCode;
use domain::signal::Intent;
use domain::{Id, Timestamp};
use http_kit::{Code, Problem};
use serde::Serialize;
use serde_json::Value;
use store::reality_check::{Stored, Summary};
use utoipa::ToSchema;

/// The whole of it. The parts are what was stored, so that an old check shows what was answered then.
#[derive(Serialize, ToSchema)]
#[schema(as = RealityCheck)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<RealityCheck>,
    #[schema(value_type = domain::affordability::Situation)]
    situation: Value,
    #[schema(value_type = domain::affordability::Assessment)]
    assessment: Value,
    #[schema(value_type = Option<domain::affordability::Plan>, required)]
    plan: Option<Value>,
    #[schema(required)]
    plan_unavailable: Option<String>,
    created_at: Timestamp,
}

impl View {
    /// Reads what was stored.
    ///
    /// # Errors
    /// [`Code::InternalError`] when it is no JSON.
    pub fn read(check: Stored) -> Result<Self, Problem> {
        let plan = check.plan.as_deref().map(json).transpose()?;
        Ok(Self {
            id: check.id,
            situation: json(&check.situation)?,
            assessment: json(&check.assessment)?,
            plan,
            plan_unavailable: check.plan_unavailable,
            created_at: check.created_at,
        })
    }
}

/// The error says where and never what: the text holds an income.
fn json(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("a stored check is no JSON at column {}", error.column());
        Problem::new(Code::InternalError).because(place)
    })
}

/// A check in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = RealityCheckSummary)]
pub struct SummaryView {
    #[schema(value_type = String, format = "uuid")]
    id: Id<RealityCheck>,
    intent: Intent,
    region_code: RegionCode,
    target_price: i64,
    #[schema(required)]
    monthly_rent: Option<i64>,
    verdict: Verdict,
    affordable: bool,
    #[schema(required)]
    largest_affordable_price: Option<i64>,
    has_plan: bool,
    created_at: Timestamp,
}

impl From<Summary> for SummaryView {
    fn from(check: Summary) -> Self {
        Self {
            id: check.id,
            intent: check.intent,
            region_code: check.region,
            target_price: check.target_price,
            monthly_rent: check.monthly_rent,
            verdict: check.verdict,
            affordable: check.verdict.is_affordable(),
            largest_affordable_price: check.largest_affordable_price,
            has_plan: check.has_plan,
            created_at: check.created_at,
        }
    }
}
