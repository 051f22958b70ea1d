//! `PATCH` and `DELETE /auth/me`, entity tags (AUTH-11, CONV-6).

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, get, send};

use super::{App, PASSWORD};

const ME: &str = "/api/v1/auth/me";
const EMAIL: &str = "minji@example.com";

async fn with(app: &App, method: Method, token: &str, header: (&'static str, &str), body: &Value) -> Answer {
    let mut request = if method == Method::GET {
        get(ME, token)
    } else {
        send(method, ME, token, body)
    };
    request.headers_mut().insert(header.0, header.1.parse().unwrap());
    app.ask(request).await
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let app = App::new();
    let token = app.sign_in(EMAIL).await.text("access_token");
    let me = app.me(&token).await.expect(200);
    let tag = me.header("etag").to_owned();
    assert_eq!(tag, "\"v2\"");
    assert_eq!(me.header("cache-control"), "private, no-cache");
    let same = with(&app, Method::GET, &token, ("if-none-match", &tag), &Value::Null)
        .await
        .expect(304);
    assert_eq!(same.json, Value::Null);
    assert_eq!(
        (same.header("etag"), same.header("cache-control")),
        (tag.as_str(), "private, no-cache")
    );
    assert_eq!(same.header("content-length"), "");
    app.call(Method::PATCH, ME, &token, json!({"name": "B"}))
        .await
        .expect(200);
    let changed = with(&app, Method::GET, &token, ("if-none-match", &tag), &Value::Null)
        .await
        .expect(200);
    assert_eq!(
        (changed.text("name").as_str(), changed.header("etag")),
        ("B", "\"v3\"")
    );
}

#[tokio::test]
async fn a_name_is_changed_for_the_version_that_was_read() {
    let app = App::new();
    let token = app.sign_in(EMAIL).await.text("access_token");
    let change = async |tag: &str, name: &str| {
        with(
            &app,
            Method::PATCH,
            &token,
            ("if-match", tag),
            &json!({"name": name}),
        )
        .await
    };
    let changed = change("\"v2\"", "  이서연 ").await.expect(200);
    assert_eq!(
        (changed.text("name").as_str(), &changed.json["version"]),
        ("이서연", &json!(3))
    );
    assert_eq!(changed.header("etag"), "\"v3\"");
    for stale in ["\"v2\"", "W/\"v3\"", "3", "\"x\""] {
        change(stale, "C").await.refused(412, "precondition_failed");
    }
    change("*", "C").await.expect(200);
    assert_eq!(app.me(&token).await.text("name"), "C");
    assert_eq!(app.actions().await[..2], ["profile_changed", "profile_changed"]);

    for (body, expected) in [
        (json!({"name": " "}), "/name required"),
        (json!({}), "/name required"),
    ] {
        let answer = app
            .call(Method::PATCH, ME, &token, body)
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), [expected]);
    }
    for other in ["email", "role", "tier", "version"] {
        let body = json!({"name": "D", other: "x"});
        app.call(Method::PATCH, ME, &token, body)
            .await
            .refused(400, "unknown_field");
    }
    let stranger = app.world.stranger().token;
    app.call(Method::PATCH, ME, &stranger, json!({"name": "D"}))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn deleting_wants_a_sign_in_of_just_now() {
    let app = App::new();
    let token = app.sign_in(EMAIL).await.text("access_token");
    app.world.clock.advance_seconds(7 * 60 + 1);
    app.call(Method::DELETE, ME, &token, Value::Null)
        .await
        .refused(403, "fresh_sign_in_required");
    app.me(&token).await.expect(200);
    let fresh = app.login(EMAIL, PASSWORD).await.expect(200).text("access_token");
    with(&app, Method::DELETE, &fresh, ("if-match", "\"v9\""), &Value::Null)
        .await
        .refused(412, "precondition_failed");
    app.call(Method::DELETE, ME, &fresh, Value::Null)
        .await
        .expect(204);
}

#[tokio::test]
async fn deleting_ends_everything_at_once_and_frees_the_address() {
    let app = App::new();
    let there = app.sign_in(EMAIL).await;
    let here = app.login(EMAIL, PASSWORD).await.expect(200);
    app.me(&there.text("access_token")).await.expect(200);
    // Events are listed by age.
    app.world.wait(std::time::Duration::from_millis(1));
    app.call(Method::DELETE, ME, &here.text("access_token"), Value::Null)
        .await
        .expect(204);
    for ended in [&here, &there] {
        app.me(&ended.text("access_token"))
            .await
            .refused(401, "invalid_token");
        app.refresh(&ended.text("refresh_token"))
            .await
            .refused(401, "invalid_refresh_token");
    }
    assert_eq!(app.actions().await[0], "account_deleted");
    app.world.clock.advance_seconds(180);
    app.login(EMAIL, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    assert_eq!(app.mail(EMAIL).await, Value::Null, "mail that waits is gone");
    let anew = app.sign_in(EMAIL).await.text("access_token");
    assert_eq!(app.me(&anew).await.expect(200).json["version"], 2);
}

#[tokio::test]
async fn deleting_can_be_finished_when_the_store_was_down() {
    let app = App::new();
    let token = app.sign_in(EMAIL).await.text("access_token");
    app.me(&token).await.expect(200);
    app.world.revocations.break_writes(true);
    app.call(Method::DELETE, ME, &token, Value::Null)
        .await
        .refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    app.call(Method::DELETE, ME, &token, Value::Null)
        .await
        .expect(204);
    app.me(&token).await.refused(401, "invalid_token");
}
