//! Every answer is held to the API document (OPS-6): its status is one that the operation has, its headers are there, and its body is what
//! the schema says, without a field that the document does not know. So whatever a test asks for, the document is tested too.
//!
//! Answers to preflights, of development routes and of pages are nobody's business here: the document does not have them.

mod body;
mod schema;

use std::sync::LazyLock;

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::client::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../../openapi.json");
    serde_json::from_str(text).expect("openapi.json is JSON")
});

/// The API document, read once in each process.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Checks an answer.
///
/// # Panics
/// When the answer is not what the document says.
pub fn check(method: &Method, answer: &Answer) {
    // An answer to HEAD is that to GET without its body.
    check_some(method, answer, *method != Method::HEAD);
}

/// Checks the head of an answer whose body is still to come; that of `answer` says nothing.
///
/// # Panics
/// As [`check`].
pub fn check_head(method: &Method, answer: &Answer) {
    check_some(method, answer, false);
}

fn check_some(method: &Method, answer: &Answer, has_body: bool) {
    let Some((template, operation)) = operation(method, &answer.path) else {
        return;
    };
    let mistakes = mistakes(operation, answer, has_body);
    assert!(
        mistakes.is_empty(),
        "{method} {template} ({}) answered {}, and openapi.json says something else:\n  {}\nthe answer: {answer:?}",
        operation["operationId"],
        answer.status,
        mistakes.join("\n  ")
    );
}

/// What the answer has and the document has not, or the other way round; each with its JSON pointer where it has one.
fn mistakes(operation: &'static Value, answer: &Answer, has_body: bool) -> Vec<String> {
    let responses = &operation["responses"];
    let Some(response) = responses.get(answer.status.to_string()) else {
        let known = responses.as_object().into_iter().flat_map(|all| all.keys());
        return vec![format!("the status: it has {:?}", known.collect::<Vec<_>>())];
    };
    let response = resolve(response);
    let mut found = missing_headers(response, answer);
    if has_body {
        let place = format!("{} {}", operation["operationId"], answer.status);
        found.extend(body::mistakes(&place, response, answer));
    } else {
        found.extend(body::mistakes_of_head(response, &answer.headers));
    }
    found
}

/// The operation of a request, with its path's template.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let (template, item) = path_item(path)?;
    let name = match method.as_str() {
        "HEAD" => "get".to_owned(),
        other => other.to_lowercase(),
    };
    Some((template, item.get(&name)?))
}

/// The path of the document that this path is one of; a literal segment is nearer than a parameter.
fn path_item(path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let (known, given) = (template.split('/'), path.split('/'));
        known.clone().count() == given.clone().count()
            && known
                .zip(given)
                .all(|(known, given)| known == given || (known.starts_with('{') && !given.is_empty()))
    };
    let found = paths.iter().filter(|(template, _)| fits(template));
    let nearest = found.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((nearest.0.as_str(), nearest.1))
}

/// What a reference of the document stands for.
fn resolve(value: &'static Value) -> &'static Value {
    let Some(reference) = value["$ref"].as_str() else {
        return value;
    };
    let found = DOCUMENT.pointer(reference.trim_start_matches('#'));
    found.unwrap_or_else(|| panic!("{reference} is not in openapi.json"))
}

fn missing_headers(response: &'static Value, answer: &Answer) -> Vec<String> {
    let promised = response["headers"].as_object().into_iter().flatten();
    promised
        .filter(|(name, header)| {
            !answer.headers.contains_key(name.as_str()) && is_due(name, resolve(header), answer)
        })
        .map(|(name, _)| format!("the header {name} is missing"))
        .collect()
}

/// Problems with these codes say when to come back.
const WAITS: [&str; 3] = ["quota_exceeded", "request_in_progress", "busy"];

/// Whether a documented header must be there: it is required, or it is one of those of which the document says in words when they come.
fn is_due(name: &str, header: &Value, answer: &Answer) -> bool {
    match name {
        "Retry-After" => WAITS.contains(&code(&answer.body).as_str()),
        "RateLimit" | "X-RateLimit-Limit" | "X-RateLimit-Remaining" | "X-RateLimit-Reset" => {
            !is_uncounted(&answer.headers)
        }
        "X-RateLimit-Status" => !answer.headers.contains_key("ratelimit"),
        _ => header["required"] == true,
    }
}

/// The counters could not be asked.
fn is_uncounted(headers: &HeaderMap) -> bool {
    headers
        .get("x-ratelimit-status")
        .is_some_and(|status| status == "unavailable")
}

/// The code of a problem; empty if the body is none.
fn code(body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, status: u16, head: &[(&'static str, &str)], body: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in head {
            headers.insert(*name, value.parse().expect("a value"));
        }
        let answer = Answer {
            path: path.to_owned(),
            status,
            headers,
            body: body.into(),
        };
        let (_, operation) = operation(&Method::GET, path).expect("an operation");
        mistakes(operation, &answer, true)
    }

    fn live(status: u16, media_type: &str, body: &str) -> String {
        found("/health/live", status, &[("content-type", media_type)], body).join("; ")
    }

    #[test]
    fn what_the_document_does_not_say_is_noticed() {
        let json = "application/json";
        assert_eq!(live(200, json, "{\"status\":\"pass\"}"), "");
        for (status, media_type, body, said) in [
            (418, json, "{}", "the status: it has"),
            (200, "text/plain", "{}", "the content type \"text/plain\""),
            (200, json, "", "an empty body"),
            (200, json, "{", "no JSON"),
            (200, json, "{}", "\"status\" is a required property"),
            (200, json, "{\"status\":1}", "/status: 1 is not of type"),
            (200, json, "{\"status\":\"pass\",\"more\":1}", "more"),
        ] {
            let found = live(status, media_type, body);
            assert!(found.contains(said), "{body}: {found}");
        }
    }

    #[test]
    fn promised_headers_and_known_codes_are_expected() {
        let problem = |code: &str| {
            serde_json::json!({
                "type": "/docs/errors/x", "title": "x", "status": 429, "detail": "x", "instance": "/x", "code": code,
                "request_id": "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e77",
            })
            .to_string()
        };
        let head = [
            ("content-type", "application/problem+json"),
            ("ratelimit-policy", "x"),
            ("x-ratelimit-status", "unavailable"),
        ];
        let path = "/api/v1/regions";
        let said = found(path, 429, &head, &problem("quota_exceeded")).join("; ");
        assert_eq!(said, "the header Retry-After is missing");
        let said = found(path, 429, &head[..2], &problem("busy")).join("; ");
        for part in [
            "RateLimit is missing",
            "Retry-After is missing",
            "/code: \"busy\"",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn a_literal_segment_is_nearer_than_a_parameter() {
        let id = |path: &str| operation(&Method::GET, path).map(|(.., operation)| &operation["operationId"]);
        assert_eq!(id("/api/v1/signals/mine").expect("one"), "listOwnSignals");
        assert_eq!(id("/api/v1/signals/x").expect("one"), "getSignal");
        assert_eq!(id("/nowhere"), None);
        assert!(operation(&Method::HEAD, "/health").is_some());
        assert!(operation(&Method::OPTIONS, "/health").is_none());
    }
}
