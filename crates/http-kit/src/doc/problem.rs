//! Problems in the documents.

use domain::{FieldCode, FieldError};
use i18n::Language;
use serde_json::Value;

use crate::problem::{Code, Problem};

/// A problem as it comes: the body of a refusal with this code, in English.
pub fn example(code: Code) -> Value {
    let problem = match code {
        Code::ValidationFailed => Problem::fields(vec![FieldError {
            pointer: "/deposit".to_owned(),
            code: FieldCode::Required,
        }]),
        Code::QuotaExceeded => Problem::quota_exceeded("free"),
        _ => Problem::new(code),
    };
    body(&problem)
}

/// The refusal of the limit with this name.
pub fn quota_example(policy: &'static str) -> Value {
    body(&Problem::quota_exceeded(policy))
}

fn body(problem: &Problem) -> Value {
    let body = problem.body(
        Language::English,
        "/api/v1/signals",
        "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e77",
    );
    serde_json::from_slice(&body).unwrap_or_default()
}
