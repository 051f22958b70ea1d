//! The exported ports.

use std::cell::RefCell;
use std::collections::VecDeque;

use domain::analysis::{Conclusion, Finding, Severity, ingestion};

use spin_sdk::wit_bindgen::yield_async;

use crate::{Asked, Side, analyse};

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

/// What has not been asked for yet.
struct Run(RefCell<VecDeque<analyst::Event>>);

impl analyst::Guest for Adapter {
    type Run = Run;

    async fn start(document: analyst::Document) -> Result<analyst::Run, types::Error> {
        let text = ingestion::normalise(&document.text);
        let asked = Asked {
            document: &text,
            side: side(&document.terms),
            price: document.terms.price,
            deposit: document.terms.deposit,
        };
        let language = match document.language {
            types::Language::Korean => i18n::Language::Korean,
            types::Language::English => i18n::Language::English,
        };
        let (findings, conclusion) = analyse(&asked, language, yield_async).await;
        let findings = findings
            .into_iter()
            .map(|finding| analyst::Event::Finding(finding.into()));
        let events = findings
            .chain([analyst::Event::Conclusion(conclusion.into())])
            .collect();
        Ok(analyst::Run::new(Run(RefCell::new(events))))
    }
}

impl analyst::GuestRun for Run {
    async fn next(&self) -> Result<Option<analyst::Event>, types::Error> {
        Ok(self.0.borrow_mut().pop_front())
    }
}

impl planner::Guest for Adapter {
    /// There are no rules for plans (CON-6: without Gemini there is none).
    async fn write(_: planner::Situation) -> Result<planner::Plan, types::Error> {
        Err(types::Error::NotConfigured)
    }
}

fn side(terms: &analyst::Terms) -> Side<'static> {
    Side {
        kind: match terms.kind {
            analyst::Kind::Sale => "sale",
            analyst::Kind::Jeonse | analyst::Kind::MonthlyRent => "lease",
        },
        role: match terms.role {
            analyst::Role::Seller => "seller",
            analyst::Role::Buyer => "buyer",
            analyst::Role::Landlord => "landlord",
            analyst::Role::Tenant => "tenant",
        },
    }
}

impl From<Conclusion> for analyst::Conclusion {
    fn from(conclusion: Conclusion) -> Self {
        Self {
            summary: conclusion.summary,
            risk_score: conclusion.risk_score,
            dropped: conclusion.dropped,
            usage: types::Usage {
                model: conclusion.usage.model,
                input_tokens: conclusion.usage.input_tokens,
                output_tokens: conclusion.usage.output_tokens,
            },
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
