//! Fields of signals and contracts: what is cleaned, what is refused.

use realcare_blackbox::{Answer, App, Person, contract, refusal, signal, success};
use serde_json::{Value, json};

/// Sends a thing with one field changed.
fn send(app: &App, person: &Person, route: &str, mut thing: Value, field: &str, value: Value) -> Answer {
    thing[field] = value;
    app.client()
        .post(route)
        .bearer(&person.access)
        .json(&thing)
        .send()
}

// CONV-8
#[test]
fn free_text_is_cleaned_and_kept() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let publish = |field: &str, value: &str| {
        let answer = send(&app, &person, "/api/v1/signals", signal(), field, json!(value));
        success(&answer, 201);
        answer.string(&format!("/{field}"))
    };
    assert_eq!(
        publish("description", "  a\u{0}b\u{7}\tc\nd\u{1b}[31m  "),
        "ab\tc\nd[31m"
    );
    assert_eq!(
        publish("description", "<b>&\"'; DROP TABLE signals; --"),
        "<b>&\"'; DROP TABLE signals; --"
    );
    let family = "좋은 집 👨‍👩‍👧 ﷽";
    assert_eq!(publish("description", family), family);
    // What would turn the direction of the text around it goes too.
    assert_eq!(publish("description", "a\u{202e}b"), "ab");
    assert_eq!(publish("address", " 서울\u{0}특별시 "), "서울특별시");
    let longest = "가".repeat(10_000);
    assert_eq!(publish("description", &longest), longest);
    let answer = send(
        &app,
        &person,
        "/api/v1/signals",
        signal(),
        "description",
        json!("가".repeat(10_001)),
    );
    let problem = refusal(&answer, 422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "too_long");
}

// SIG-1, CONV-3
#[test]
fn a_signal_out_of_range_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    for (field, value) in [
        ("deposit", json!(-1)),
        ("area_m2", json!(0)),
        ("area_m2", json!(-5)),
        ("area_m2", json!(84.999)),
        ("area_m2", json!(1e300)),
        ("region_code", json!("1234")),
        ("region_code", json!("９９９９９９９９９９")),
        ("intent", json!("gift")),
        ("property_type", json!("castle")),
        ("visibility", json!("")),
        ("address", json!("")),
        ("address", json!("\u{0}\u{1}")),
        ("available_from", json!("2030-02-30")),
        ("available_from", json!("tomorrow")),
        ("expires_at", json!("2020-01-01T00:00:00Z")),
        ("expires_at", json!("2030-01-01")),
        ("rooms", json!(-1)),
        ("floor", json!(100_000)),
    ] {
        let answer = send(&app, &person, "/api/v1/signals", signal(), field, value.clone());
        assert_eq!(answer.status, 422, "{field}: {value}: {}", answer.text());
        let problem = refusal(&answer, 422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{problem}");
    }
    for (field, value) in [
        ("deposit", json!("850000000")),
        ("deposit", json!(1.5)),
        ("deposit", json!(u64::MAX)),
        ("area_m2", json!("84.97")),
        ("description", json!(["x"])),
    ] {
        let answer = send(&app, &person, "/api/v1/signals", signal(), field, value.clone());
        assert_eq!(answer.status, 400, "{field}: {value}: {}", answer.text());
        refusal(&answer, 400, "wrong_type");
    }
    for (field, value) in [
        ("floor", json!(-3)),
        ("area_m2", json!(33)),
        ("expires_at", json!("2035-01-01T09:00:00+09:00")),
    ] {
        success(
            &send(&app, &person, "/api/v1/signals", signal(), field, value),
            201,
        );
    }
}

// CON-1
#[test]
fn a_contract_that_contradicts_itself_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    for (field, value) in [
        ("role", json!("buyer")),
        ("role", json!("friend")),
        ("kind", json!("barter")),
        ("balance_date", json!("2029-12-31")),
        ("interim_date", json!("2030-04-01")),
        ("contract_date", json!("2030-13-01")),
        ("price", json!(1)),
        ("signal_id", json!("x")),
    ] {
        let answer = send(
            &app,
            &person,
            "/api/v1/contracts",
            contract(),
            field,
            value.clone(),
        );
        assert_eq!(answer.status, 422, "{field}: {value}: {}", answer.text());
        refusal(&answer, 422, "validation_failed");
    }
    // A document is kept whole, and its text is not repeated in the answer.
    let text = "제1조 ".repeat(20_000);
    let answer = send(
        &app,
        &person,
        "/api/v1/contracts",
        contract(),
        "document_text",
        json!(text),
    );
    success(&answer, 201);
    assert_eq!(answer.json()["has_document"], true);
    assert!(answer.body.len() < 2_000);
}

// CONV-2
#[test]
fn times_are_shown_in_utc_with_microseconds() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let given = json!("2035-01-01T09:00:00+09:00");
    let answer = send(&app, &person, "/api/v1/signals", signal(), "expires_at", given);
    success(&answer, 201);
    assert_eq!(answer.string("/expires_at"), "2035-01-01T00:00:00.000000Z");
}
