//! A check as its person sees it.

use domain::affordability::{Draft, Situation, assess};
use domain::affordability::{RealityCheck, Verdict};
use domain::region::RegionCode;
use domain::signal::Intent;
use domain::{Id, Timestamp};
use http_kit::{Code, Problem};
use serde::Serialize;
use serde_json::{Value, json};
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
        let plan = check.plan.as_deref().map(read).transpose()?;
        Ok(Self {
            id: check.id,
            situation: read(&check.situation)?,
            assessment: read(&check.assessment)?,
            plan,
            plan_unavailable: check.plan_unavailable,
            created_at: check.created_at,
        })
    }
}

/// The error says where and never what: the text holds an income.
fn read(text: &str) -> Result<Value, Problem> {
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

/// The check of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e76";

/// A check in the documents: what really comes of this request.
pub fn example(asked: &Draft<'_>) -> Value {
    let situation = Situation::parse(asked).ok();
    json!({
        "id": EXAMPLE_ID, "assessment": situation.as_ref().map(assess), "situation": situation, "plan": example_plan(),
        "plan_unavailable": null, "created_at": "2026-11-25T09:00:00.000000Z",
    })
}

fn example_plan() -> Value {
    json!({
        "summary": "The home can be paid, with little to spare.",
        "steps": [{"title": "Compare three banks", "detail": "Ask each for its rate in writing.", "within_months": 1}],
        "model": "rules-1",
    })
}

/// A check in a list of the documents.
pub fn example_summary() -> Value {
    json!({
        "id": EXAMPLE_ID, "intent": "sale", "region_code": "4113510300", "target_price": 600_000_000, "monthly_rent": null,
        "verdict": "tight", "affordable": true, "largest_affordable_price": 610_000_000, "has_plan": true,
        "created_at": "2026-11-25T09:00:00.000000Z",
    })
}
