//! Adapter of the analyst's port (CON-7) that works by rules: deterministic, without a key or a network, the default.
//!
//! Every finding says which rule it comes from and where. What a rule looks for is data (`patterns/`), what it says stands in the
//! catalogue. Amounts, days and names that do not fit are found by `domain::analysis::graph`, for every adapter alike.

mod computed;
mod pattern;
#[cfg(target_family = "wasm")]
mod port;
mod rules;

use domain::analysis::score::{Judge, risk_score};
use domain::analysis::{Clause, Conclusion, Finding, Usage};
use i18n::Language;

pub use pattern::Side;
pub use rules::{Asked, find};

/// What this adapter calls itself; the number changes with the rules, so that a result can be told from an older one.
pub const MODEL: &str = "rules-1";

/// A whole analysis, put into words; `pause` lets others work in between.
pub async fn analyse(
    asked: &Asked<'_>,
    language: Language,
    pause: impl AsyncFn(),
) -> (Vec<Finding>, Conclusion) {
    let judge = Judge::new(asked.document);
    let concerns = rules::find(asked, pause).await;
    let worded = concerns
        .iter()
        .filter_map(|concern| i18n::finding(language, concern));
    let mut dropped = 0;
    let mut findings = Vec::new();
    for finding in worded {
        match judge.admit(finding) {
            Ok(finding) => findings.push(finding),
            Err(_) => dropped += 1,
        }
    }
    let clauses: Vec<Clause> = findings
        .iter()
        .filter_map(|finding| match finding {
            Finding::Clause(clause) => Some(clause.clone()),
            Finding::MissingClause(_) => None,
        })
        .collect();
    let missing = findings.len() - clauses.len();
    let conclusion = Conclusion {
        summary: i18n::summary(language, &clauses, missing),
        risk_score: risk_score(&clauses, missing),
        dropped,
        usage: Usage {
            model: MODEL.to_owned(),
            ..Usage::default()
        },
    };
    (findings, conclusion)
}

#[cfg(test)]
mod tests;
