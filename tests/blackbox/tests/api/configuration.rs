//! Variables that are missing or malformed.

use realcare_blackbox::{App, guarded, problem, success};

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
