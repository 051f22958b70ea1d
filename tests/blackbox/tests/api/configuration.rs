//! Variables that are missing or malformed.

use realcare_blackbox::{App, guarded, problem, success};
use serde_json::{Value, json};

/// The routes of each component that fail when it cannot be configured.
fn refused(app: &App, path: &str) {
    let answer = app.client().get(path).send();
    assert_eq!(answer.status, 500, "{path}: {}", answer.text());
    assert_eq!(answer.json()["code"], "configuration_invalid", "{path}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{path}"
    );
}

// GUARD-12
#[test]
fn a_malformed_variable_is_named_in_the_log_and_its_value_is_not() {
    let app = App::with()
        .variable("verifying_keys", "k1:never-show-this-value")
        .start();
    for path in ["/api/v1/auth/me", "/api/v1/signals", "/api/v1/contracts/x"] {
        refused(&app, path);
    }
    let events = app.log().await_events("configuration_invalid", "level", "error");
    assert!(!events.is_empty());
    for event in &events {
        let detail = event["detail"].as_str().unwrap();
        assert!(
            detail.contains("`verifying_keys` is malformed: expected"),
            "{event}"
        );
    }
    let log = app.log().text();
    for value in [
        "never-show-this-value",
        &app.secrets.cursor_key,
        &app.secrets.signing_key,
    ] {
        assert!(!log.contains(value), "{value} in {log}");
    }
    // What does not need the variable goes on.
    success(&app.client().get("/health/ready").send(), 200);
}

// GUARD-12, CONV-4, GUARD-7
#[test]
fn the_refusal_of_a_misconfigured_component_is_a_whole_answer() {
    let app = App::with().variable("verifying_keys", "nonsense").start();
    let request = app
        .client()
        .get("/api/v1/signals")
        .header("x-request-id", "configuration-1");
    let answer = request.send();
    assert_eq!(problem(&answer)["request_id"], "configuration-1");
    guarded(&answer);
    let korean = app
        .client()
        .get("/api/v1/signals")
        .header("accept-language", "ko")
        .send();
    assert!(
        realcare_blackbox::hangul(&korean.string("/detail")),
        "{}",
        korean.text()
    );
}

// GUARD-10, GUARD-12
#[test]
fn a_request_that_is_refused_unconfigured_leaves_its_line() {
    let app = App::with().variable("verifying_keys", "nonsense").start();
    let answer = app
        .client()
        .post("/api/v1/signals?q=not-for-the-log")
        .header("x-request-id", "configuration-2")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .send();
    assert_eq!(answer.status, 500);
    let lines = app.log().await_events("request", "request_id", "configuration-2");
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    for (field, value) in [
        ("level", json!("error")),
        ("method", json!("POST")),
        ("route", json!("unmatched")),
        ("status", json!(500)),
        ("code", json!("configuration_invalid")),
        ("bytes", json!(answer.body.len())),
        ("trace_id", json!("0af7651916cd43dd8448eb211c80319c")),
        ("parent_span_id", json!("b7ad6b7169203331")),
        // What only a configured component knows.
        ("component", Value::Null),
        ("fingerprint", Value::Null),
        ("user_id", Value::Null),
        ("session_id", Value::Null),
    ] {
        assert_eq!(line.get(field), Some(&value), "{field} of {line}");
    }
    assert!(line["latency_us"].is_u64() && line["time"].is_string(), "{line}");
    let reasons = app
        .log()
        .await_events("configuration_invalid", "request_id", "configuration-2");
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(!app.log().text().contains("not-for-the-log"));
}

// GUARD-12
#[test]
fn each_component_checks_the_variables_that_it_uses() {
    let app = App::with()
        .variable("cursor_key", "too-short-to-be-a-key")
        .start();
    refused(&app, "/api/v1/signals");
    // Progress has no list and works without the key.
    let progress = app.client().get("/api/v1/progress/x").send();
    realcare_blackbox::refusal(&progress, 401, "authentication_required");
    let events = app.log().await_events("configuration_invalid", "level", "error");
    assert!(
        events[0]["detail"].as_str().unwrap().contains("`cursor_key`"),
        "{events:?}"
    );
    assert!(!app.log().text().contains("too-short-to-be-a-key"));
}

// GUARD-12
#[test]
fn all_mistakes_are_named_at_once() {
    let app = App::with()
        .variable("token_audience", "two words")
        .variable("signing_key", "k1:hunter2hunter2")
        .variable("password_strength", "very")
        .start();
    refused(&app, "/.well-known/jwks.json");
    let events = app.log().await_events("configuration_invalid", "level", "error");
    let detail = events[0]["detail"].as_str().unwrap();
    for name in ["`token_audience`", "`signing_key`", "`password_strength`"] {
        assert!(detail.contains(name), "{name} in {detail}");
    }
    assert!(!app.log().text().contains("hunter2"));
}

// GUARD-12
#[test]
fn a_required_variable_that_is_missing_is_named_at_the_start() {
    let output = App::with().without_variable("signing_key").fail_to_start();
    assert!(output.contains("signing_key"), "{output}");
}
