//! Findings as they lie in the row of their analysis: a line of JSON each, so that another one is added without reading the others.

use domain::analysis::Finding;
use serde::{Deserialize, Serialize};
use sql::{Error, Row};

/// A finding with its number within the analysis, from 1. Numbers are never used twice (CON-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The number.
    pub number: u32,
    /// What was found.
    pub finding: Finding,
}

/// The line of a finding, with its end.
pub(crate) fn line(numbered: &Numbered) -> String {
    let mut text = serde_json::to_string(numbered).unwrap_or_default();
    text.push('\n');
    text
}

/// The findings in a column whose numbers are above `after`, in their order.
pub(crate) fn read(row: &Row, column: usize, after: i64) -> Result<Vec<Numbered>, Error> {
    let text: String = row.get(column)?;
    let all: Result<Vec<Numbered>, _> = text.lines().map(serde_json::from_str).collect();
    let mut all = all.map_err(|_| Error::Decode {
        column,
        expected: "findings",
    })?;
    all.retain(|numbered| i64::from(numbered.number) > after);
    Ok(all)
}

/// Numbers as they lie in a column.
pub(crate) fn ranking(numbers: &[u32]) -> String {
    let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    words.join(" ")
}

/// Reads what [`ranking`] wrote.
pub(crate) fn numbers(text: &str) -> Vec<u32> {
    text.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}
