//! The pages about problems, `docs/errors/<code>.md` (CONV-4): one for each code. What the code knows of itself is made here and stands
//! between two comments; when it comes and what to do is written by hand.

use anyhow::{Context, Result};
use domain::{FieldCode, FieldError};
use http_kit::{Code, Language, Problem};
use serde_json::Value;

const BEGIN: &str = "<!-- made by `cargo xtask reference`: -->\n";
const END: &str = "<!-- until here -->\n";

/// The page's file in `docs/errors`; `type` of the problem points to it without the ending.
pub fn file(code: Code) -> String {
    format!("{}.md", code.as_str().replace('_', "-"))
}

/// The page with its made part as it should be.
///
/// # Errors
/// The two comments are not there.
pub fn renew(page: &str, code: Code) -> Result<String> {
    let (before, rest) = page
        .split_once(BEGIN)
        .context("the line before the made part is missing")?;
    let (_, after) = rest
        .split_once(END)
        .context("the line after the made part is missing")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", made(code)))
}

fn made(code: Code) -> String {
    let status = code.status();
    let sentence = |language| i18n::problem(language, code.as_str()).unwrap_or_default();
    format!(
        "| | |\n|---|---|\n| `code` | `{}` |\n| status | {} {} |\n| English | {} |\n| Korean | {} |\n\n```json\n{}\n```\n",
        code.as_str(),
        status.as_u16(),
        status.canonical_reason().unwrap_or_default(),
        sentence(Language::English),
        sentence(Language::Korean),
        example(code),
    )
}

/// The document as a client gets it.
fn example(code: Code) -> String {
    let problem = match code {
        Code::ValidationFailed => Problem::fields(vec![FieldError {
            pointer: "/email".to_owned(),
            code: FieldCode::Required,
        }]),
        Code::QuotaExceeded => Problem::quota_exceeded("sign_in"),
        code => Problem::new(code),
    };
    let body = problem.body(
        Language::English,
        "/api/v1/…",
        "01890a5d-ac96-774b-bcce-b302099a8057",
    );
    serde_json::from_slice::<Value>(&body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_default()
}
