//! The analyst that `spin.toml` names, through the interface in `wit/realcare-ai`.

use std::time::Duration;

use domain::analysis::run::Failure;
use domain::analysis::{Clause, Conclusion, Finding, Severity, Usage};
use domain::contract::Role;
use domain::signal::Intent;

use crate::analyst::{Analyst, Event, Pending, Run, Subject, Trouble};

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an import")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/realcare-ai",
        world: "client",
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });
}

use bindings::realcare::ai::analyst as port;
use bindings::realcare::ai::types::{Error, Language};

/// The adapter that is composed in.
pub struct Port;

impl Analyst for Port {
    fn start(&self, subject: Subject) -> Pending<'_, Box<dyn Run>> {
        Box::pin(async move {
            let run = port::start(document(subject)).await.map_err(trouble)?;
            Ok(Box::new(PortRun(run)) as Box<dyn Run>)
        })
    }
}

struct PortRun(port::Run);

impl Run for PortRun {
    fn next(&mut self) -> Pending<'_, Option<Event>> {
        Box::pin(async move {
            let event = self.0.next().await.map_err(trouble)?;
            Ok(event.map(read))
        })
    }
}

fn document(subject: Subject) -> port::Document {
    let noted = subject.document;
    let amounts = noted.terms.amounts();
    port::Document {
        id: subject.id.to_string(),
        text: subject.text,
        terms: port::Terms {
            kind: match noted.kind {
                Intent::Sale => port::Kind::Sale,
                Intent::Jeonse => port::Kind::Jeonse,
                Intent::MonthlyRent => port::Kind::MonthlyRent,
            },
            role: match noted.role {
                Role::Seller => port::Role::Seller,
                Role::Buyer => port::Role::Buyer,
                Role::Landlord => port::Role::Landlord,
                Role::Tenant => port::Role::Tenant,
            },
            address: noted.address.as_str().to_owned(),
            price: amounts.asking_price,
            deposit: amounts.deposit,
            monthly_rent: amounts.monthly_rent,
            contract_date: noted.contract_date.to_string(),
            interim_date: noted.interim_date.map(|date| date.to_string()),
            balance_date: noted.balance_date.to_string(),
            move_in_date: noted.move_in_date.map(|date| date.to_string()),
            counterparty_name: noted.counterparty_name.map(|name| name.as_str().to_owned()),
        },
        language: if subject.language == "ko" {
            Language::Korean
        } else {
            Language::English
        },
    }
}

fn read(event: port::Event) -> Event {
    match event {
        port::Event::Finding(port::Finding::Clause(clause)) => Event::Finding(Finding::Clause(Clause {
            quote: clause.quote,
            risk: clause.risk,
            severity: match clause.severity {
                port::Severity::Low => Severity::Low,
                port::Severity::Medium => Severity::Medium,
                port::Severity::High => Severity::High,
                port::Severity::Critical => Severity::Critical,
            },
            explanation: clause.explanation,
            recommendation: clause.recommendation,
        })),
        port::Event::Finding(port::Finding::MissingClause(text)) => {
            Event::Finding(Finding::MissingClause(text))
        }
        port::Event::Conclusion(conclusion) => Event::Conclusion(Conclusion {
            summary: conclusion.summary,
            risk_score: conclusion.risk_score,
            dropped: conclusion.dropped,
            usage: Usage {
                model: conclusion.usage.model,
                input_tokens: conclusion.usage.input_tokens,
                output_tokens: conclusion.usage.output_tokens,
            },
        }),
    }
}

fn trouble(error: Error) -> Trouble {
    let mut wait = None;
    let failure = match error {
        Error::Throttled(seconds) => {
            wait = seconds.map(u64::from).map(Duration::from_secs);
            Failure::Throttled
        }
        Error::Unavailable => Failure::Unavailable,
        Error::TimedOut => Failure::TimedOut,
        Error::Cut => Failure::Cut,
        Error::Malformed => Failure::Malformed,
        Error::Refused => Failure::Refused,
        Error::NotConfigured => Failure::NotConfigured,
    };
    Trouble { failure, wait }
}
