//! The planner that `spin.toml` names, through the interface in `wit/realcare-ai`.

use std::time::Duration;

use domain::affordability::{PlanFailure, RawPlan, RawStep};
use http_kit::Language;
use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::planner::{Commission, Pending, Planner};

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an import")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/realcare-ai",
        world: "affordability",
        runtime_path: "spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::realcare::ai::planner::{self, Fact, Plan, Situation};
use bindings::realcare::ai::types::{Error, Language as Spoken};

/// The adapter that is composed in.
pub struct Port;

impl Planner for Port {
    fn write(&self, commission: Commission) -> Pending<'_, Result<RawPlan, PlanFailure>> {
        Box::pin(async move {
            let facts = commission.facts.into_iter().map(|fact| Fact {
                name: fact.name.to_owned(),
                value: fact.value,
            });
            let situation = Situation {
                facts: facts.collect(),
                language: match commission.language {
                    Language::English => Spoken::English,
                    Language::Korean => Spoken::Korean,
                },
            };
            planner::write(situation).await.map(raw).map_err(failure)
        })
    }

    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Box::pin(monotonic_clock::wait_for(nanos))
    }
}

fn raw(plan: Plan) -> RawPlan {
    let steps = plan.steps.into_iter().map(|step| RawStep {
        title: step.title,
        detail: step.detail,
        within_months: step.within_months,
    });
    RawPlan {
        summary: plan.summary,
        steps: steps.collect(),
        model: plan.usage.model,
        input_tokens: plan.usage.input_tokens,
        output_tokens: plan.usage.output_tokens,
    }
}

fn failure(error: Error) -> PlanFailure {
    match error {
        Error::Throttled(_) => PlanFailure::Throttled,
        Error::Unavailable => PlanFailure::Unavailable,
        Error::TimedOut => PlanFailure::TimedOut,
        Error::Cut => PlanFailure::Cut,
        Error::Malformed => PlanFailure::Malformed,
        Error::Refused => PlanFailure::Refused,
        Error::NotConfigured => PlanFailure::NotConfigured,
    }
}
