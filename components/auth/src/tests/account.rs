//! `POST /api/v1/auth/register`, `GET /api/v1/auth/me`, the key set (AUTH-1, AUTH-4, AUTH-9, AUTH-11).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::get;

use super::{App, PASSWORD};

const REGISTER: &str = "/api/v1/auth/register";

#[tokio::test]
async fn registering_answers_alike_whether_or_not_the_address_is_known() {
    let app = App::new();
    let mut answers = Vec::new();
    for email in ["minji@example.com", "MINJI@example.com", "other@example.com"] {
        // Mails are listed by age.
        app.world.wait(Duration::from_millis(1));
        let mut answer = app.register(email).await.expect(202);
        for own in ["x-request-id", "ratelimit", "x-ratelimit-remaining"] {
            answer.headers.remove(own);
        }
        answers.push((answer.json, answer.headers));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mail = app.mail("minji@example.com").await;
    assert_eq!(mail["template"], "already_registered");
    assert_eq!(mail["token"], Value::Null);
}

#[tokio::test]
async fn a_second_registration_changes_nothing_of_the_first() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    let again = json!({"email": "minji@example.com", "password": "Another-horse-8", "name": "Somebody else"});
    app.post(REGISTER, &again).await.expect(202);
    app.login("minji@example.com", "Another-horse-8")
        .await
        .refused(401, "invalid_credentials");
    let answer = app.login("minji@example.com", PASSWORD).await.expect(200);
    assert_eq!(app.me(&answer.text("access_token")).await.text("name"), "김민지");
}

#[tokio::test]
async fn every_field_is_checked() {
    let app = App::new();
    let body =
        |email: &str, password: &str, name: &str| json!({"email": email, "password": password, "name": name});
    let long = "a".repeat(129);
    let cases = [
        (body("", PASSWORD, ""), vec!["/email required", "/name required"]),
        (body("no address", PASSWORD, "A"), vec!["/email invalid_format"]),
        (body("a@example.com", PASSWORD, &long), vec!["/name too_long"]),
        (body("a@example.com", "Short-1", "A"), vec!["/password too_short"]),
        (
            body("a@example.com", &format!("A-1{long}"), "A"),
            vec!["/password too_long"],
        ),
        (
            body("a@example.com", "only lower case", "A"),
            vec!["/password too_weak"],
        ),
        (
            body("minji.kim@example.com", "Minji.Kim-2026", "A"),
            vec!["/password contains_personal_data"],
        ),
    ];
    for (body, expected) in cases {
        app.world.clock.advance_seconds(60);
        let answer = app.post(REGISTER, &body).await.refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected, "{body}");
    }
    assert_eq!(
        app.mail("a@example.com").await,
        Value::Null,
        "nothing was written"
    );
    app.world.clock.advance_seconds(180);
    let admin = json!({"email": "a@example.com", "password": PASSWORD, "name": "A", "role": "admin"});
    app.post(REGISTER, &admin).await.refused(400, "unknown_field");
}

#[tokio::test]
async fn me_is_ones_own_account() {
    let app = App::new();
    let registered_at = app.world.clock.clone();
    let created_at = domain::Clock::now(&registered_at).to_string();
    let token = app.sign_in("minji@example.com").await.text("access_token");
    let me = app.me(&token).await.expect(200);
    assert_eq!(me.text("created_at"), created_at);
    assert_eq!(
        (me.text("name"), me.text("tier"), me.text("role")),
        ("김민지".into(), "free".into(), "user".into())
    );
    assert_eq!(me.json["version"], 2);
    assert!(me.json.get("password_hash").is_none());
    assert_eq!(me.json.as_object().unwrap().len(), 8);
    assert_eq!(me.header("x-ratelimit-limit"), "100");
    // A token whose person has no row: deleted in the meantime.
    app.me(&app.world.stranger().token)
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn the_key_set_holds_public_keys_only() {
    let app = App::new();
    let answer = app.ask(get("/.well-known/jwks.json", "")).await.expect(200);
    let keys = answer.json["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let expected = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "test-1",
        "x": keys[0]["x"]});
    assert_eq!(keys[0], expected, "and no private part");
    assert_eq!(keys[0]["x"].as_str().unwrap().len(), 43);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}
