//! Stage 5 (PROG-1): what is known, checked, ranked and judged. Deterministic: the same findings give the same result in any order.

use serde::{Deserialize, Serialize};

use super::ingestion::Document;
use super::quote::{self, Quotable};
use super::{Clause, Conclusion, Finding, RiskLevel, Severity};
use crate::FieldCode;
use crate::text::{Line, Paragraphs, clean_line, clean_paragraphs};

/// The most clauses in a result; the mildest go first.
pub const CLAUSES: usize = 50;
/// The most missing clauses in a result.
pub const MISSING: usize = 30;
/// The longest risk, in characters.
pub const RISK: usize = 200;
/// The longest explanation, recommendation or missing clause, in characters.
pub const TEXT: usize = 2_000;
/// The longest summary, in characters.
pub const SUMMARY: usize = 4_000;

/// Why a finding does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Its quote does not stand in the document.
    QuoteNotFound,
    /// A part of it is empty.
    Empty,
    /// A part of it is too long.
    TooLong,
}

impl Rejected {
    /// The stable spelling in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QuoteNotFound => "quote_not_found",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
        }
    }
}

/// Checks findings one by one, as they arrive (CON-5), against one document.
#[derive(Clone, Debug)]
pub struct Judge(Quotable);

/// The result of an analysis (CON-4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// See [`level`].
    pub risk_level: RiskLevel,
    /// From 0, harmless, to 100; see [`risk_score`].
    pub risk_score: u8,
    /// A few sentences.
    pub summary: String,
    /// The worst first.
    pub clauses: Vec<Clause>,
    /// What the text should say and does not.
    pub missing_clauses: Vec<String>,
    /// Who answered.
    pub model: String,
}

impl Judge {
    /// A judge for one document.
    pub fn new(document: &Document) -> Self {
        Self(Quotable::new(document))
    }

    /// The finding in good form: clean, whoever wrote it (CONV-8), and its quote as the document has it.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn admit(&self, finding: Finding) -> Result<Finding, Rejected> {
        match finding {
            Finding::MissingClause(text) => tidy(&text).map(Finding::MissingClause),
            Finding::Clause(clause) => {
                let quote = self.0.exact(&clause.quote).ok_or(Rejected::QuoteNotFound)?;
                Ok(Finding::Clause(Clause {
                    quote: quote.to_owned(),
                    risk: tidy_line(&clause.risk)?,
                    severity: clause.severity,
                    explanation: tidy(&clause.explanation)?,
                    recommendation: tidy(&clause.recommendation)?,
                }))
            }
        }
    }

    /// Judges everything at once: what does not stand is left out and counted, what stands twice counts once, the rest is ranked.
    pub fn report(
        &self,
        findings: impl IntoIterator<Item = Finding>,
        conclusion: &Conclusion,
    ) -> (Report, u32) {
        let (mut clauses, mut missing_clauses, mut dropped) = (Vec::new(), Vec::new(), 0);
        for finding in findings {
            match self.admit(finding) {
                Ok(Finding::Clause(clause)) => clauses.push(clause),
                Ok(Finding::MissingClause(text)) => missing_clauses.push(text),
                Err(_) => dropped += 1,
            }
        }
        rank(&mut clauses);
        missing_clauses.sort();
        missing_clauses.dedup();
        missing_clauses.truncate(MISSING);
        let risk_score = risk_score(&clauses, missing_clauses.len());
        let report = Report {
            risk_level: level(&clauses, risk_score),
            risk_score,
            summary: clean_paragraphs(&conclusion.summary)
                .chars()
                .take(SUMMARY)
                .collect(),
            clauses,
            missing_clauses,
            model: clean_line(&conclusion.usage.model).chars().take(RISK).collect(),
        };
        (report, dropped)
    }
}

fn tidy(text: &str) -> Result<String, Rejected> {
    let text = Paragraphs::<TEXT>::parse(text).map_err(rejected)?;
    Ok(text.as_str().to_owned())
}

fn tidy_line(text: &str) -> Result<String, Rejected> {
    let line = Line::<RISK>::parse(text).map_err(rejected)?;
    Ok(line.as_str().to_owned())
}

const fn rejected(code: FieldCode) -> Rejected {
    match code {
        FieldCode::Required => Rejected::Empty,
        _ => Rejected::TooLong,
    }
}

/// The worst first; of the same words and risk only the worst.
fn rank(clauses: &mut Vec<Clause>) {
    let key = |clause: &Clause| (clause.quote.clone(), clause.risk.clone());
    clauses.sort_by(|one, other| {
        key(one)
            .cmp(&key(other))
            .then(other.severity.cmp(&one.severity))
            .then_with(|| {
                (&one.explanation, &one.recommendation).cmp(&(&other.explanation, &other.recommendation))
            })
    });
    clauses.dedup_by(|later, kept| key(later) == key(kept));
    clauses.sort_by_key(|clause| std::cmp::Reverse(clause.severity));
    clauses.truncate(CLAUSES);
}

/// How much of what is left of safety a finding takes, in hundredths.
const fn weight(severity: Severity) -> u64 {
    match severity {
        Severity::Low => 4,
        Severity::Medium => 10,
        Severity::High => 24,
        Severity::Critical => 48,
    }
}

/// What a missing clause takes.
const MISSING_WEIGHT: u64 = 5;

/// From 0 to 100. Every finding takes its share of what the others have left, so that each further one raises the score, never
/// beyond 100, and one critical risk weighs more than a handful of trifles.
pub fn risk_score(clauses: &[Clause], missing: usize) -> u8 {
    const WHOLE: u64 = 1_000_000_000;
    let weights = clauses.iter().map(|clause| weight(clause.severity));
    let mut weights: Vec<u64> = weights
        .chain(std::iter::repeat_n(MISSING_WEIGHT, missing))
        .collect();
    // Rounding depends on the order, so there is one.
    weights.sort_unstable();
    let left = weights
        .into_iter()
        .fold(WHOLE, |left, weight| left * (100 - weight) / 100);
    u8::try_from((WHOLE - left).div_ceil(WHOLE / 100)).unwrap_or(100)
}

/// The level: as bad as the worst risk, and by the score where many add up (25, 50, 80); critical needs one that is at least high.
pub fn level(clauses: &[Clause], score: u8) -> RiskLevel {
    let worst = clauses.iter().map(|clause| clause.severity).max();
    let by_score = match score {
        0..25 => Severity::Low,
        25..50 => Severity::Medium,
        50..80 => Severity::High,
        _ if worst >= Some(Severity::High) => Severity::Critical,
        _ => Severity::High,
    };
    worst.unwrap_or(Severity::Low).max(by_score)
}

/// The longest quote that can stand, in characters without white space.
pub const QUOTE: usize = quote::LONGEST;

#[cfg(test)]
mod tests;
