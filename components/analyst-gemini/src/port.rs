//! The exported ports.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use config::Gemini;
use domain::analysis::{Conclusion, Finding, Severity, Usage};
use http_kit::client::{Client, SpinTransport};
use http_kit::log::{Level, event};
use http_kit::platform::{SystemClock, SystemRandom};

use crate::{Asked, Event, Fact, Fault, Language, Noted, Situation, write};

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an export")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/realcare-ai",
        world: "adapter",
        runtime_path: "spin_sdk::wit_bindgen::rt",
        generate_all,
    });

    use super::Adapter;
    export!(Adapter);
}

use bindings::exports::realcare::ai::{analyst, planner};
use bindings::realcare::ai::types;

struct Adapter;

/// A run that is not being waited for; while it is, it is with whoever waits, and ends with him.
struct Run(Cell<Option<Box<crate::Run>>>);

/// The provider, read once per instance; nothing is kept while the variables are wrong.
static API: OnceLock<Gemini> = OnceLock::new();

impl analyst::Guest for Adapter {
    type Run = Run;

    async fn start(document: analyst::Document) -> Result<analyst::Run, types::Error> {
        let api = api().await.ok_or(types::Error::NotConfigured)?;
        let asked = Asked {
            noted: noted(document.terms),
            text: document.text,
            language: document.language.into(),
        };
        let run = crate::Run::start(&client(), api, &asked, &SystemRandom).await?;
        Ok(analyst::Run::new(Run(Cell::new(Some(Box::new(run))))))
    }
}

impl analyst::GuestRun for Run {
    async fn next(&self) -> Result<Option<analyst::Event>, types::Error> {
        let Some(mut run) = self.0.take() else {
            return Ok(None);
        };
        let next = run.next().await;
        self.0.set(Some(run));
        Ok(next?.map(Into::into))
    }
}

impl planner::Guest for Adapter {
    async fn write(situation: planner::Situation) -> Result<planner::Plan, types::Error> {
        let api = api().await.ok_or(types::Error::NotConfigured)?;
        let facts = situation.facts.into_iter().map(|fact| Fact {
            name: fact.name,
            value: fact.value,
        });
        let situation = Situation {
            facts: facts.collect(),
            language: situation.language.into(),
        };
        let plan = write(&client(), api, &situation, &SystemRandom).await?;
        let steps = plan.steps.into_iter().map(|step| planner::Step {
            title: step.title,
            detail: step.detail,
            within_months: step.within_months,
        });
        Ok(planner::Plan {
            summary: plan.summary,
            steps: steps.collect(),
            usage: plan.usage.into(),
        })
    }
}

fn client() -> Client {
    Client::new(
        Arc::new(SpinTransport),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )
}

async fn api() -> Option<&'static Gemini> {
    if let Some(api) = API.get() {
        return Some(api);
    }
    let mut values = config::fetch(Gemini::NAMES).await;
    let read = Gemini::read(&mut values);
    let detail = match values.finish(read) {
        Ok(Some(api)) if api.is_insecure() => "the endpoint is not https".to_owned(),
        Ok(Some(api)) => return Some(API.get_or_init(|| api)),
        Ok(None) => "gemini_api_key is `none`".to_owned(),
        Err(error) => error.to_string(),
    };
    event(Level::Warn, "gemini_not_configured", [("detail", detail.into())]);
    None
}

fn noted(terms: analyst::Terms) -> Noted {
    Noted {
        kind: match terms.kind {
            analyst::Kind::Sale => "sale",
            analyst::Kind::Jeonse => "jeonse",
            analyst::Kind::MonthlyRent => "monthly_rent",
        },
        role: match terms.role {
            analyst::Role::Seller => "seller",
            analyst::Role::Buyer => "buyer",
            analyst::Role::Landlord => "landlord",
            analyst::Role::Tenant => "tenant",
        },
        address: terms.address,
        price: terms.price,
        deposit: terms.deposit,
        monthly_rent: terms.monthly_rent,
        contract_date: terms.contract_date,
        interim_date: terms.interim_date,
        balance_date: terms.balance_date,
        move_in_date: terms.move_in_date,
        counterparty_name: terms.counterparty_name,
    }
}

impl From<types::Language> for Language {
    fn from(language: types::Language) -> Self {
        match language {
            types::Language::Korean => Self::Korean,
            types::Language::English => Self::English,
        }
    }
}

impl From<Fault> for types::Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Throttled(seconds) => Self::Throttled(seconds),
            Fault::Unavailable => Self::Unavailable,
            Fault::TimedOut => Self::TimedOut,
            Fault::Cut => Self::Cut,
            Fault::Malformed => Self::Malformed,
            Fault::Refused => Self::Refused,
            Fault::NotConfigured => Self::NotConfigured,
        }
    }
}

impl From<Usage> for types::Usage {
    fn from(usage: Usage) -> Self {
        Self {
            model: usage.model,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
        }
    }
}

impl From<Event> for analyst::Event {
    fn from(event: Event) -> Self {
        match event {
            Event::Finding(finding) => Self::Finding(finding.into()),
            Event::Conclusion(conclusion) => Self::Conclusion(conclusion.into()),
        }
    }
}

impl From<Conclusion> for analyst::Conclusion {
    fn from(conclusion: Conclusion) -> Self {
        Self {
            summary: conclusion.summary,
            risk_score: conclusion.risk_score,
            dropped: conclusion.dropped,
            usage: conclusion.usage.into(),
        }
    }
}

impl From<Finding> for analyst::Finding {
    fn from(finding: Finding) -> Self {
        let clause = match finding {
            Finding::MissingClause(text) => return Self::MissingClause(text),
            Finding::Clause(clause) => clause,
        };
        Self::Clause(analyst::Clause {
            quote: clause.quote,
            risk: clause.risk,
            severity: match clause.severity {
                Severity::Low => analyst::Severity::Low,
                Severity::Medium => analyst::Severity::Medium,
                Severity::High => analyst::Severity::High,
                Severity::Critical => analyst::Severity::Critical,
            },
            explanation: clause.explanation,
            recommendation: clause.recommendation,
        })
    }
}
