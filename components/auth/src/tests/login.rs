//! `POST /api/v1/auth/login` and `logout` (AUTH-3, AUTH-4, AUTH-7).

use serde_json::{Value, json};
use testkit::{Answer, post};

use super::{App, PASSWORD, raw};

const LOGIN: &str = "/api/v1/auth/login";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn signing_in_gives_both_tokens() {
    let app = App::new();
    let answer = app.sign_in("minji@example.com").await;
    assert_eq!(answer.json["token_type"], "Bearer");
    assert_eq!(answer.json["expires_in"], 1800);
    assert_eq!(answer.json["refresh_expires_in"], 30 * 24 * 3600);
    assert_eq!(answer.text("refresh_token").len(), 43, "256 bits");
    assert_eq!(answer.json.as_object().unwrap().len(), 5);
    assert_eq!(answer.header("cache-control"), "no-store");
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(me.text("email"), "minji@example.com");
}

#[tokio::test]
async fn an_address_has_one_spelling() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    app.login(" MinJi@Example.COM ", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn every_reason_gets_the_same_answer() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    app.register("unverified@example.com").await.expect(202);
    let mut answers = Vec::new();
    for (email, password) in [
        ("minji@example.com", "Wrong-horse-7"),
        ("nobody@example.com", PASSWORD),
        ("unverified@example.com", PASSWORD),
        ("unverified@example.com", "Wrong-horse-7"),
    ] {
        let mut answer = app
            .login(email, password)
            .await
            .refused(401, "invalid_credentials");
        answer.json["request_id"] = Value::Null;
        for own in ["x-request-id", "ratelimit", "x-ratelimit-remaining"] {
            answer.headers.remove(own);
        }
        answers.push((answer.json, answer.headers));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn fields_are_checked_before_the_account() {
    let app = App::new();
    let answer = app.login("nobody", "").await.refused(422, "validation_failed");
    assert_eq!(
        answer.refused_fields(),
        ["/email invalid_format", "/password required"]
    );
    let answer = app
        .login("nobody@example.com", &"a".repeat(129))
        .await
        .refused(422, "validation_failed");
    assert_eq!(answer.refused_fields(), ["/password too_long"]);
}

async fn form(app: &App, body: &str) -> Answer {
    app.ask(raw(LOGIN, FORM, body.to_owned())).await
}

#[tokio::test]
async fn the_oauth2_form_signs_in_too() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    let good = format!("grant_type=password&username=minji%40example.com&password={PASSWORD}&scope=");
    let answer = form(&app, &good).await.expect(200);
    assert_eq!(answer.json["token_type"], "Bearer");
    let wrong = "grant_type=password&username=minji%40example.com&password=wrong";
    form(&app, wrong).await.refused(401, "invalid_credentials");
    let answer = form(&app, "grant_type=refresh_token&username=a%40b.co&password=x").await;
    assert_eq!(
        answer.refused(422, "validation_failed").refused_fields(),
        ["/grant_type unknown_value"]
    );
    let answer = form(&app, "").await.refused(422, "validation_failed");
    let missing = ["/grant_type required", "/username required", "/password required"];
    assert_eq!(answer.refused_fields(), missing);
    let twice = form(
        &app,
        "grant_type=password&username=a%40b.co&username=c%40d.co&password=x",
    )
    .await;
    assert_eq!(
        twice.refused(422, "validation_failed").refused_fields(),
        ["/username required"]
    );
    let malformed = form(&app, "grant_type=password&username=nobody&password=").await;
    assert_eq!(
        malformed.refused(422, "validation_failed").refused_fields(),
        ["/username invalid_format", "/password required"],
        "by the names of the form"
    );
}

#[tokio::test]
async fn logging_out_ends_both_tokens_at_once() {
    let app = App::new();
    let here = app.sign_in("minji@example.com").await;
    let there = app.login("minji@example.com", PASSWORD).await.expect(200);
    let token = here.text("access_token");
    app.me(&token).await.expect(200);
    let out = app
        .ask(post("/api/v1/auth/logout", &token, &Value::Null))
        .await
        .expect(204);
    assert_eq!(out.json, Value::Null);
    app.me(&token).await.refused(401, "invalid_token");
    app.ask(post("/api/v1/auth/logout", &token, &Value::Null))
        .await
        .refused(401, "invalid_token");
    app.refresh(&here.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    app.me(&there.text("access_token")).await.expect(200);
    app.refresh(&there.text("refresh_token")).await.expect(200);
}

#[tokio::test]
async fn logging_out_says_so_when_the_store_fails_and_can_be_tried_again() {
    let app = App::new();
    let answer = app.sign_in("minji@example.com").await;
    app.world.revocations.break_down(true);
    let out = || post("/api/v1/auth/logout", &answer.text("access_token"), &Value::Null);
    app.ask(out()).await.refused(503, "store_unavailable");
    app.world.revocations.break_down(false);
    app.ask(out()).await.expect(204);
    app.me(&answer.text("access_token"))
        .await
        .refused(401, "invalid_token");
    app.refresh(&answer.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_database_without_tables_is_a_mistake_of_ours_without_details() {
    let app = App::without_tables();
    let answer = app
        .login("minji@example.com", PASSWORD)
        .await
        .refused(500, "internal_error");
    assert!(!answer.json.to_string().contains("users"), "{:?}", answer.json);
    let body = json!({"refresh_token": "A".repeat(43)});
    app.post("/api/v1/auth/refresh", &body)
        .await
        .refused(500, "internal_error");
}
