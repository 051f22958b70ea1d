//! Expectations that many tests share.

use serde_json::Value;

use crate::client::Answer;

/// GUARD-7, for an API.
const ALWAYS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
];

/// The fields of a problem (CONV-4); `errors` stands there for refused fields only.
const FIELDS: [&str; 7] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "request_id",
];

/// The answer carries the headers of GUARD-7.
#[track_caller]
pub fn guarded(answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), Some(value), "{name} of {answer:?}");
    }
    assert!(
        answer.header("permissions-policy").is_some(),
        "permissions-policy of {answer:?}"
    );
    let id = answer.header("x-request-id").unwrap_or_default();
    assert!((8..=64).contains(&id.len()), "x-request-id of {answer:?}");
}

/// A success of this status with the headers of GUARD-7, whose length is known before its body comes.
#[track_caller]
pub fn success(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}: {}", answer.path, answer.text());
    guarded(answer);
    assert_eq!(answer.header("transfer-encoding"), None, "{answer:?}");
    if status == 204 {
        assert!(answer.body.is_empty(), "{answer:?}");
    } else {
        let length = answer.body.len().to_string();
        assert_eq!(
            answer.header("content-length"),
            Some(length.as_str()),
            "{answer:?}"
        );
    }
}

/// A refusal by this status and code, as a whole problem (CONV-4) with the headers of GUARD-7; gives its body.
#[track_caller]
pub fn refusal(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(
        answer.status,
        status,
        "{} wanted {code}: {}",
        answer.path,
        answer.text()
    );
    let json = problem(answer);
    assert_eq!(json["code"], code, "{json}");
    guarded(answer);
    assert_eq!(
        answer.header("x-request-id"),
        json["request_id"].as_str(),
        "{json}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    json
}

/// The answer is a whole problem document (CONV-4); gives it.
#[track_caller]
pub fn problem(answer: &Answer) -> Value {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer:?}"
    );
    let length = answer.body.len().to_string();
    assert_eq!(
        answer.header("content-length"),
        Some(length.as_str()),
        "{answer:?}"
    );
    let json = answer.json();
    let fields = json.as_object().unwrap_or_else(|| panic!("no object: {json}"));
    for name in FIELDS.into_iter().filter(|name| *name != "status") {
        let text = fields.get(name).and_then(Value::as_str);
        assert!(text.is_some_and(|text| !text.is_empty()), "{name} of {json}");
    }
    assert_eq!(json["status"], answer.status, "{json}");
    // Raw exchanges do not know their path.
    assert!(
        answer.path.is_empty() || json["instance"] == answer.path.as_str(),
        "{} of {json}",
        answer.path
    );
    for name in fields.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
        let known = (name == "errors" && answer.status == 422)
            || (name == "violated-policies" && answer.status == 429);
        assert!(known, "{name} in {json}");
    }
    json
}

/// Whether the text is written in Korean.
pub fn hangul(text: &str) -> bool {
    text.chars()
        .any(|letter| ('\u{ac00}'..='\u{d7a3}').contains(&letter))
}
