//! `POST /api/v1/signals` (SIG-1, CONV-1 to CONV-4, CONV-8).

use axum::body::Body;
use domain::user::Role;
use serde_json::{Value, json};
use testkit::post;

use super::{App, PATH, flat};

fn with(key: &str, value: Value) -> Value {
    let mut body = flat();
    body[key] = value;
    body
}

#[tokio::test]
async fn a_signal_is_published_and_shown_to_its_owner() {
    let app = App::new();
    let person = app.person(Role::User).await;
    let mut body = flat();
    body["floor"] = json!(-1);
    body["rooms"] = json!(3);
    body["available_from"] = json!("2028-02-29");
    body["expires_at"] = json!("2027-06-01T09:00:00+09:00");
    body["description"] = json!("  첫 줄\r\n둘째\u{0} 줄\u{200B}  ");
    let created = app.post(&person, &body).await.expect(201);
    let id = created.text("id");
    assert_eq!(created.header("location"), format!("{PATH}/{id}"));
    let now = testkit::START.to_string();
    let expected = json!({
        "id": id, "owned": true, "state": "active", "intent": "sale", "property_type": "apartment",
        "region_code": "1168010100", "region_name": {"ko": "서울특별시 강남구", "en": "Gangnam-gu, Seoul"}, "address": "서울특별시 강남구 테헤란로 1",
        "area_m2": 84.99, "floor": -1,
        "rooms": 3, "asking_price": 1_200_000_000_i64, "deposit": null, "monthly_rent": null,
        "available_from": "2028-02-29", "description": "첫 줄\n둘째 줄", "visibility": "public",
        "expires_at": "2027-06-01T00:00:00.000000Z", "version": 1, "created_at": now, "updated_at": now,
    });
    assert_eq!(created.json, expected);
    let read = app.get(&format!("{PATH}/{id}"), &person).await.expect(200);
    assert_eq!(read.json, expected);
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = App::new();
    let person = app.person(Role::User).await;
    let body = json!({
        "intent": "gift", "property_type": "castle", "region_code": "9", "address": " ", "area_m2": 0, "floor": 201,
        "rooms": -1, "available_from": "2027-02-29", "description": "", "visibility": "friends",
        "expires_at": "2020-01-01T00:00:00Z",
    });
    let answer = app.post(&person, &body).await.refused(422, "validation_failed");
    let expected = [
        "/intent unknown_value",
        "/property_type unknown_value",
        "/region_code invalid_format",
        "/address required",
        "/area_m2 out_of_range",
        "/floor out_of_range",
        "/rooms out_of_range",
        "/available_from invalid_format",
        "/description required",
        "/visibility unknown_value",
        "/expires_at in_the_past",
    ];
    assert_eq!(answer.refused_fields(), expected);
    assert!(
        answer.json["errors"][0]["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    );
}

#[tokio::test]
async fn prices_must_fit_the_intent() {
    let app = App::new();
    let person = app.person(Role::User).await;
    for (intent, amounts, expected) in [
        ("sale", json!({}), vec!["/asking_price required"]),
        (
            "sale",
            json!({"asking_price": 1, "deposit": 1}),
            vec!["/deposit not_allowed"],
        ),
        (
            "jeonse",
            json!({"asking_price": 1}),
            vec!["/asking_price not_allowed", "/deposit required"],
        ),
        (
            "jeonse",
            json!({"deposit": 1, "monthly_rent": 1}),
            vec!["/monthly_rent not_allowed"],
        ),
        (
            "monthly_rent",
            json!({"deposit": 1}),
            vec!["/monthly_rent required"],
        ),
        (
            "monthly_rent",
            json!({}),
            vec!["/deposit required", "/monthly_rent required"],
        ),
        (
            "sale",
            json!({"asking_price": -1}),
            vec!["/asking_price out_of_range"],
        ),
        (
            "jeonse",
            json!({"deposit": 10_000_000_000_001_i64}),
            vec!["/deposit out_of_range"],
        ),
    ] {
        let mut body = with("intent", json!(intent));
        body.as_object_mut().unwrap().remove("asking_price");
        for (key, value) in amounts.as_object().unwrap() {
            body[key] = value.clone();
        }
        let answer = app.post(&person, &body).await.refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected, "{intent} {amounts}");
    }
}

#[tokio::test]
async fn limits_of_text_and_numbers_are_exact() {
    let app = App::new();
    let person = app.person(Role::User).await;
    for (key, good, bad, code) in [
        (
            "address",
            json!("가".repeat(300)),
            json!("가".repeat(301)),
            "too_long",
        ),
        (
            "description",
            json!("가".repeat(10_000)),
            json!("가".repeat(10_001)),
            "too_long",
        ),
        ("area_m2", json!(0.01), json!(0.001), "invalid_format"),
        ("area_m2", json!(1_000_000), json!(1_000_000.01), "out_of_range"),
        ("floor", json!(200), json!(-21), "out_of_range"),
        ("rooms", json!(100), json!(101), "out_of_range"),
        (
            "region_code",
            json!("5211111111"),
            json!("5311111111"),
            "invalid_format",
        ),
        (
            "asking_price",
            json!(10_000_000_000_000_i64),
            json!(10_000_000_000_001_i64),
            "out_of_range",
        ),
        (
            "expires_at",
            json!("2027-01-15T08:00:00.123458Z"),
            json!("2027-01-15T08:00:00.123457Z"),
            "in_the_past",
        ),
        (
            "expires_at",
            json!("9999-12-31T23:59:59Z"),
            json!("2027-02-01 08:00"),
            "invalid_format",
        ),
    ] {
        let stored = app.post(&person, &with(key, good.clone())).await.expect(201);
        if key != "expires_at" && key != "area_m2" {
            assert_eq!(stored.json[key], good);
        }
        let answer = app
            .post(&person, &with(key, bad))
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), [format!("/{key} {code}")]);
    }
}

/// CONV-2: what cannot be stored as an instant must not quietly become "never".
#[tokio::test]
async fn an_end_beyond_the_year_9999_is_refused_or_kept() {
    let app = App::new();
    let person = app.person(Role::User).await;
    let answer = app
        .post(&person, &with("expires_at", json!("9999-12-31T23:59:59-12:00")))
        .await;
    let kept = answer.status == 201 && answer.json["expires_at"].is_string();
    assert!(
        kept || answer.status == 422,
        "{} {:?}",
        answer.status,
        answer.json["expires_at"]
    );
}

#[tokio::test]
async fn the_body_is_refused_before_its_fields() {
    let app = App::new();
    let person = app.person(Role::User).await;
    for (body, status, code) in [
        ("", 400, "malformed_json"),
        ("{\"intent\": \"sale\",", 400, "malformed_json"),
        ("{\"intent\": 1}", 400, "wrong_type"),
        ("[[[[]]]]", 400, "wrong_type"),
        (
            "{\"intent\": \"sale\", \"intent\": \"sale\"}",
            400,
            "duplicate_field",
        ),
        ("{\"owner_id\": \"x\"}", 400, "unknown_field"),
        ("{\"floor\": 99999999999999999999}", 400, "wrong_type"),
        ("{}", 422, "validation_failed"),
    ] {
        let mut request = post(PATH, &person.token, &Value::Null);
        *request.body_mut() = Body::from(body);
        app.ask(request).await.refused(status, code);
    }
    let mut text = post(PATH, &person.token, &flat());
    text.headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    app.ask(text).await.refused(415, "unsupported_media_type");
    let large = with("description", json!("a".repeat(1024 * 1024)));
    app.post(&person, &large).await.refused(413, "body_too_large");
    let fraction = with("asking_price", json!(1.5));
    app.post(&person, &fraction).await.refused(400, "wrong_type");
}
