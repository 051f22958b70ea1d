//! An analysis as its person sees it (CON-4).

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use domain::analysis::run::{Analysis, State};
use domain::analysis::{Clause, Finding, RiskLevel};
use domain::contract::Contract;
use domain::progress::Stage;
use domain::{Id, Timestamp};
use http_kit::Language;
use serde::Serialize;
use serde_json::{Value, json};
use store::analysis::Stored;
use utoipa::ToSchema;

/// One analysis with what it found.
#[derive(Serialize, ToSchema)]
#[schema(as = Analysis)]
pub struct View {
    #[serde(flatten)]
    summary: Summary,
    clauses: Vec<Clause>,
    missing_clauses: Vec<String>,
}

/// One analysis without what it found.
#[derive(Serialize, ToSchema)]
#[schema(as = AnalysisSummary)]
pub struct Summary {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Analysis>,
    #[schema(value_type = String, format = "uuid")]
    contract_id: Id<Contract>,
    contract_version: i64,
    state: State,
    stage: Stage,
    language: String,
    #[schema(required)]
    risk_level: Option<RiskLevel>,
    #[schema(required)]
    risk_score: Option<u8>,
    #[schema(required)]
    summary: Option<String>,
    findings: u32,
    #[schema(required)]
    model: Option<String>,
    #[schema(required)]
    failure: Option<Failure>,
    created_at: Timestamp,
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

/// Why it failed, or why its last attempt did.
#[derive(Serialize, ToSchema)]
#[schema(as = AnalysisFailure)]
pub struct Failure {
    code: String,
    #[schema(required)]
    detail: Option<&'static str>,
}

impl Failure {
    /// The sentence for a stored code.
    pub fn new(code: &str, language: Language) -> Self {
        Self {
            code: code.to_owned(),
            detail: i18n::analysis_failure(language, code),
        }
    }
}

impl Summary {
    /// As somebody reads it who prefers this language.
    pub fn new(stored: &Stored, language: Language) -> Self {
        let result = stored.result.as_ref();
        let failure = stored.failure.as_deref();
        Self {
            id: stored.id,
            contract_id: stored.contract,
            contract_version: stored.contract_version,
            state: stored.state,
            stage: stored.stage,
            language: stored.language.clone(),
            risk_level: result.map(|result| result.risk_level),
            risk_score: result.map(|result| result.risk_score),
            summary: result.map(|result| result.summary.clone()),
            findings: stored.ranking.as_ref().map_or(stored.found, |ranking| {
                u32::try_from(ranking.len()).unwrap_or(u32::MAX)
            }),
            model: result.map(|result| result.model.clone()),
            failure: failure.map(|code| Failure::new(code, language)),
            created_at: stored.created_at,
            finished_at: stored.finished_at,
        }
    }
}

impl View {
    /// As somebody reads it who prefers this language.
    pub fn new(stored: Stored, language: Language) -> Self {
        let summary = Summary::new(&stored, language);
        let (mut clauses, mut missing_clauses) = (Vec::new(), Vec::new());
        for finding in standing(stored) {
            match finding {
                Finding::Clause(clause) => clauses.push(clause),
                Finding::MissingClause(text) => missing_clauses.push(text),
            }
        }
        Self {
            summary,
            clauses,
            missing_clauses,
        }
    }
}

/// What stands: at the end in the order of the ranking, before that whatever has come, in the order in which it came.
fn standing(stored: Stored) -> Vec<Finding> {
    let Some(ranking) = &stored.ranking else {
        return stored.findings.into_iter().map(|one| one.finding).collect();
    };
    let place = |number| ranking.iter().position(|ranked| *ranked == number);
    let mut ranked: Vec<_> = stored
        .findings
        .into_iter()
        .filter_map(|one| Some((place(one.number)?, one.finding)))
        .collect();
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, finding)| finding).collect()
}

/// The analysis of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e75";

/// A completed analysis in the documents, without what it found.
pub fn example_summary() -> Value {
    json!({
        "id": EXAMPLE_ID, "contract_id": CONTRACT_ID, "contract_version": 1, "state": "completed", "stage": "embedding",
        "language": "en", "risk_level": "medium", "risk_score": 40, "summary": "One clause is worth changing.",
        "findings": 2, "model": "rules-1", "failure": null, "created_at": "2026-11-25T09:00:00.000000Z",
        "finished_at": "2026-11-25T09:00:01.000000Z",
    })
}

/// The same with it.
pub fn example() -> Value {
    let mut analysis = example_summary();
    if let Some(fields) = analysis.as_object_mut() {
        fields.insert(
            "clauses".to_owned(),
            json!([{
                "quote": "The tenant repairs everything", "risk": "Every repair is yours", "severity": "medium",
                "explanation": "Large repairs are the landlord's by law.", "recommendation": "Ask for a clause that says so.",
            }]),
        );
        let missing = json!(["Nothing says when the deposit comes back."]);
        fields.insert("missing_clauses".to_owned(), missing);
    }
    analysis
}
