//! `POST /api/v1/reality-checks` (CON-6): can I afford this home? The numbers are computed here; a plan comes on top if there is one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::Id;
use domain::affordability::{Draft, RealityCheck, Situation, assess};
use domain::audit::Action;
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::reality_check::{self, NewCheck};
use utoipa::ToSchema;

use super::plan;
use super::view::{self, View};
use crate::state::Checks;

/// What is required is checked with everything else, so that every mistake is reported at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRealityCheck)]
pub struct Request {
    #[schema(required, value_type = domain::Won)]
    monthly_income: Option<i64>,
    #[schema(required, value_type = domain::Won)]
    assets: Option<i64>,
    #[schema(required, value_type = domain::Won)]
    debts: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    annual_debt_service: Option<i64>,
    #[schema(required, value_type = domain::Won)]
    target_price: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    monthly_rent: Option<i64>,
    #[schema(required, value_type = domain::signal::Intent)]
    intent: Option<String>,
    #[schema(required, value_type = domain::region::RegionCode)]
    region_code: Option<String>,
    #[schema(value_type = Option<domain::affordability::InterestRate>)]
    interest_rate_bp: Option<i64>,
    #[schema(value_type = Option<domain::affordability::RateType>)]
    rate_type: Option<String>,
    #[schema(value_type = Option<domain::affordability::TermYears>)]
    term_years: Option<i64>,
    #[schema(value_type = Option<domain::affordability::Homes>)]
    homes_owned: Option<i64>,
    sells_home: Option<bool>,
    first_time_buyer: Option<bool>,
    over_85_m2: Option<bool>,
    #[schema(value_type = Option<domain::Won>)]
    monthly_upkeep: Option<i64>,
}

impl Request {
    fn draft(&self) -> Draft<'_> {
        Draft {
            monthly_income: self.monthly_income,
            assets: self.assets,
            debts: self.debts,
            annual_debt_service: self.annual_debt_service,
            target_price: self.target_price,
            monthly_rent: self.monthly_rent,
            intent: self.intent.as_deref(),
            region_code: self.region_code.as_deref(),
            interest_rate_bp: self.interest_rate_bp,
            rate_type: self.rate_type.as_deref(),
            term_years: self.term_years,
            homes_owned: self.homes_owned,
            sells_home: self.sells_home,
            first_time_buyer: self.first_time_buyer,
            over_85_m2: self.over_85_m2,
            monthly_upkeep: self.monthly_upkeep,
        }
    }
}

/// The request of the documents.
fn example() -> serde_json::Value {
    json!({
        "monthly_income": 5_000_000, "assets": 350_000_000, "debts": 0, "target_price": 600_000_000, "intent": "sale",
        "region_code": "4113510300", "first_time_buyer": true,
    })
}

/// What it answers.
pub fn example_answer() -> serde_json::Value {
    let request: Option<Request> = serde_json::from_value(example()).ok();
    json!(request.map(|request| view::example(&request.draft())))
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Reality checks", "createRealityCheck", "Find out whether a home can be afforded")
        .says(
            "The numbers are computed here, by stated formulas; a plan is written on top if somebody can write one, else `plan` is `null` \
             and `plan_unavailable` says why. An estimate, no offer of a loan.",
        )
        .example(example())
        .answers(Answer::created::<View>("The check.", example_answer()));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(checks): State<Arc<Checks>>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let situation = Situation::parse(&creation.value.draft())?;
    let assessment = assess(&situation);
    let now = checks.clock.now();
    let audit = context.audit(Action::RealityCheckCreated, &*checks.random);
    let create = async |id: Id<RealityCheck>| {
        let written = plan::ask(&checks, &situation, &assessment, &context)
            .await
            .map_err(problem::database)?;
        let new = NewCheck {
            id,
            user: caller.user,
            situation: &situation,
            assessment: &assessment,
            plan: written.plan.as_ref().map_err(|failure| *failure),
            tokens: written.tokens,
            audit: &audit,
            now,
        };
        let stored = reality_check::create(&checks.db, &new)
            .await
            .map_err(problem::database)?;
        // The account ended while the plan was being written.
        let stored = stored.ok_or_else(|| Problem::new(Code::InvalidToken))?;
        reply::created(&format!("/api/v1/reality-checks/{id}"), &View::read(stored)?)
    };
    let id = Id::new(now, &*checks.random);
    creation.once.run(&checks.db, caller.user, id, now, create).await
}
