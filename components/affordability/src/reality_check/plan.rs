//! The plan on top: asked for within a bucket and a time, and never the reason that there is no answer.

use domain::affordability::{Assessment, Plan, PlanFailure, RawPlan, Situation, facts};
use futures::future::{Either, select};
use guard::Context;
use http_kit::client::TOTAL_TIMEOUT;
use http_kit::log::{Level, event};
use store::Error;
use store::provider_bucket;

use crate::planner::Commission;
use crate::state::Checks;

/// The name of the provider's token bucket (GUARD-5).
const BUCKET: &str = "gemini";

/// What came of asking.
pub struct Written {
    /// The plan, or why there is none.
    pub plan: Result<Plan, PlanFailure>,
    /// Tokens that were read and written; they cost, whatever became of the plan.
    pub tokens: (u64, u64),
}

/// Asks for a plan.
///
/// # Errors
/// [`Error`] when the bucket cannot be read.
pub async fn ask(
    checks: &Checks,
    situation: &Situation,
    assessment: &Assessment,
    context: &Context,
) -> Result<Written, Error> {
    let written = if may_ask(checks).await? {
        let commission = Commission {
            facts: facts(situation, assessment),
            language: context.language(),
        };
        judge(in_time(checks, commission).await)
    } else {
        judge(Err(PlanFailure::OverQuota))
    };
    log(&written, context);
    Ok(written)
}

/// Whether the provider takes another call. Without a key there is no provider, and nothing to be counted.
async fn may_ask(checks: &Checks) -> Result<bool, Error> {
    match checks.quota {
        Some(quota) => provider_bucket::take(&checks.db, BUCKET, quota, checks.clock.now()).await,
        None => Ok(true),
    }
}

/// A call that does not end is ended (GUARD-5).
async fn in_time(checks: &Checks, commission: Commission) -> Result<RawPlan, PlanFailure> {
    let writing = checks.planner.write(commission);
    match select(writing, checks.planner.sleep(TOTAL_TIMEOUT)).await {
        Either::Left((written, _)) => written,
        Either::Right(_) => Err(PlanFailure::TimedOut),
    }
}

fn judge(came: Result<RawPlan, PlanFailure>) -> Written {
    let tokens = came
        .as_ref()
        .map_or((0, 0), |raw| (raw.input_tokens, raw.output_tokens));
    Written {
        plan: came.and_then(|raw| Plan::parse(&raw)),
        tokens,
    }
}

/// Says what it cost, and nothing of what it says.
fn log(written: &Written, context: &Context) {
    let (level, reason) = match &written.plan {
        Ok(_) => (Level::Info, ""),
        Err(failure @ PlanFailure::NotConfigured) => (Level::Info, failure.as_str()),
        Err(failure) => (Level::Warn, failure.as_str()),
    };
    let name = if written.plan.is_ok() {
        "plan_written"
    } else {
        "plan_unavailable"
    };
    let model = written.plan.as_ref().map_or("", |plan| plan.model.as_str());
    let fields = context.about([
        ("reason", reason.into()),
        ("model", model.into()),
        ("input_tokens", written.tokens.0.into()),
        ("output_tokens", written.tokens.1.into()),
    ]);
    event(level, name, fields);
}
