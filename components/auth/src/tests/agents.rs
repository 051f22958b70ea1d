//! Estate agents (AUTH-19).

use axum::body::Body;
use axum::http::Method;
use domain::user::{Role, Tier};
use serde_json::{Value, json};
use testkit::{Answer, Person, post, send};

use super::App;

const AGENTS: &str = "/api/v1/agents";
const ADMIN: &str = "/api/v1/admin/agents";

async fn register(app: &App, token: &str, licence: &str) -> Answer {
    app.call(Method::POST, AGENTS, token, json!({"licence_number": licence}))
        .await
}

async fn decide(app: &App, admin: &Person, id: &str, what: &str) -> Answer {
    app.call(
        Method::POST,
        &format!("{ADMIN}/{id}/{what}"),
        &admin.token,
        Value::Null,
    )
    .await
}

#[tokio::test]
async fn a_person_registers_once() {
    let app = App::new();
    let token = app.sign_in("minji@example.com").await.text("access_token");
    app.read("/api/v1/agents/me", &token)
        .await
        .refused(404, "not_found");
    let made = register(&app, &token, " 11680-2023-00078 ").await.expect(201);
    assert_eq!(
        (made.header("location"), made.header("etag")),
        ("/api/v1/agents/me", "\"v1\"")
    );
    assert_eq!(made.text("licence_number"), "11680-2023-00078");
    assert_eq!(made.json["verified"], false);
    for unknown in ["rating", "success_rate", "verified_at"] {
        assert_eq!(made.json[unknown], Value::Null);
    }
    assert_eq!(made.json.as_object().unwrap().len(), 10);
    assert_eq!(app.actions().await[0], "agent_registered");
    let mine = app.read("/api/v1/agents/me", &token).await.expect(200);
    assert_eq!(mine.json, made.json);
    assert_eq!(app.me(&token).await.text("role"), "user");
    register(&app, &token, "11680-2023-00079")
        .await
        .refused(409, "already_exists");
    let other = app.sign_in("other@example.com").await.text("access_token");
    register(&app, &other, "11680-2023-00078")
        .await
        .refused(409, "already_exists");
    app.read("/api/v1/agents/me", &other)
        .await
        .refused(404, "not_found");
    for wrong in ["", "1168-2023-00078", "9250-3720"] {
        register(&app, &other, wrong)
            .await
            .refused(422, "validation_failed");
    }
}

/// CONV-7: whoever lost the answer asks again.
#[tokio::test]
async fn a_registration_under_a_key_is_made_once_and_answered_alike() {
    let app = App::new();
    let token = app.sign_in("minji@example.com").await.text("access_token");
    let with_key = async |key: &str, licence: &str| {
        let mut request = post(AGENTS, &token, &json!({"licence_number": licence}));
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        app.ask(request).await
    };
    let first = with_key("key-1", "11680-2023-00078").await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = with_key("key-1", "11680-2023-00078").await.expect(201);
    assert_eq!(again.json, first.json);
    for name in ["location", "etag", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_eq!(again.header("idempotency-replayed"), "true");
    with_key("key-1", "11680-2023-00079")
        .await
        .refused(422, "idempotency_key_reused");
    with_key("key-2", "11680-2023-00078")
        .await
        .refused(409, "already_exists");
    with_key("", "11680-2023-00078")
        .await
        .refused(400, "invalid_idempotency_key");
}

#[tokio::test]
async fn the_role_follows_the_verification() {
    let app = App::new();
    let admin = app.world.person(Role::Admin, Tier::Free).await;
    let person = app.sign_in("minji@example.com").await;
    let token = person.text("access_token");
    let id = register(&app, &token, "11680-2023-00078")
        .await
        .expect(201)
        .text("id");
    let waiting = app
        .read(&format!("{ADMIN}?verified=false"), &admin.token)
        .await
        .expect(200);
    assert_eq!(waiting.json["items"][0]["id"], id);

    app.world.clock.advance_seconds(1);
    let verified = decide(&app, &admin, &id, "verify").await.expect(200);
    assert_eq!(
        (&verified.json["verified"], verified.header("etag")),
        (&json!(true), "\"v2\"")
    );
    let again = decide(&app, &admin, &id, "verify").await.expect(200);
    assert_eq!(again.json, verified.json);
    assert_eq!(app.actions().await[..2], ["agent_verified", "agent_registered"]);
    assert_eq!(app.me(&token).await.expect(200).text("role"), "agent");
    let waiting = app
        .read(&format!("{ADMIN}?verified=false"), &admin.token)
        .await
        .expect(200);
    assert_eq!(waiting.json["items"], json!([]));
    let path = format!("{ADMIN}/{id}");
    app.call(Method::DELETE, &path, &admin.token, Value::Null)
        .await
        .refused(409, "forbidden_step");

    let agent = app.refresh(&person.text("refresh_token")).await.expect(200);
    app.me(&agent.text("access_token")).await.expect(200);
    decide(&app, &admin, &id, "revoke").await.expect(200);
    for void in [&token, &agent.text("access_token")] {
        app.me(void).await.refused(401, "invalid_token");
    }
    let user = app
        .refresh(&agent.text("refresh_token"))
        .await
        .expect(200)
        .text("access_token");
    assert_eq!(app.me(&user).await.expect(200).text("role"), "user");

    app.call(Method::DELETE, &path, &admin.token, Value::Null)
        .await
        .expect(204);
    app.read(&path, &admin.token).await.refused(404, "not_found");
    app.call(Method::DELETE, &path, &admin.token, Value::Null)
        .await
        .refused(404, "not_found");
    register(&app, &user, "11680-2023-00078").await.expect(201);
    for what in ["verify", "revoke"] {
        decide(&app, &admin, &id, what).await.refused(404, "not_found");
    }
}

/// CONV-6: two admins do not decide over each other.
#[tokio::test]
async fn a_decision_wants_the_version_that_was_seen() {
    let app = App::new();
    let admin = app.world.person(Role::Admin, Tier::Free).await;
    let token = app.sign_in("minji@example.com").await.text("access_token");
    let id = register(&app, &token, "11680-2023-00078")
        .await
        .expect(201)
        .text("id");
    let ask = async |method: Method, what: &str, tag: &str| {
        let mut request = send(method, &format!("{ADMIN}/{id}{what}"), &admin.token, &Value::Null);
        *request.body_mut() = Body::empty();
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        app.ask(request).await
    };
    let known = app.actions().await;
    for (method, what) in [(Method::POST, "/verify"), (Method::DELETE, "")] {
        ask(method, what, "\"v2\"")
            .await
            .refused(412, "precondition_failed");
    }
    assert_eq!(app.actions().await, known);
    ask(Method::POST, "/verify", "\"v1\"").await.expect(200);
    ask(Method::POST, "/verify", "\"v1\"")
        .await
        .refused(412, "precondition_failed");
    ask(Method::POST, "/verify", "\"v2\"").await.expect(200);
    ask(Method::POST, "/revoke", "\"v1\"")
        .await
        .refused(412, "precondition_failed");
    assert_eq!(app.me(&token).await.expect(200).text("role"), "agent");
    ask(Method::DELETE, "", "\"v1\"")
        .await
        .refused(412, "precondition_failed");
    ask(Method::DELETE, "", "\"v2\"")
        .await
        .refused(409, "forbidden_step");
    ask(Method::POST, "/revoke", "\"v2\"").await.expect(200);
    ask(Method::DELETE, "", "*").await.expect(204);
    for (method, what) in [
        (Method::POST, "/verify"),
        (Method::POST, "/revoke"),
        (Method::DELETE, ""),
    ] {
        ask(method, what, "\"v3\"").await.refused(404, "not_found");
    }
}

/// A repeated request meets the version that it made itself: it is refused, but not before the tokens are.
#[tokio::test]
async fn what_was_taken_back_of_a_version_is_finished_though_it_is_refused() {
    let app = App::new();
    let admin = app.world.person(Role::Admin, Tier::Free).await;
    let (agent, id) = app.world.verified_agent().await;
    let version = app.read("/api/v1/agents/me", &agent.token).await.expect(200);
    let revoke = async || {
        let path = format!("{ADMIN}/{id}/revoke");
        let mut request = send(Method::POST, &path, &admin.token, &Value::Null);
        *request.body_mut() = Body::empty();
        let tag = version.header("etag").parse().unwrap();
        request.headers_mut().insert("if-match", tag);
        app.ask(request).await
    };
    app.world.revocations.break_writes(true);
    revoke().await.refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    revoke().await.refused(412, "precondition_failed");
    app.me(&agent.token).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn taking_a_verification_back_can_be_finished_when_the_store_was_down() {
    let app = App::new();
    let admin = app.world.person(Role::Admin, Tier::Free).await;
    let (agent, id) = app.world.verified_agent().await;
    app.me(&agent.token).await.expect(200);
    app.world.revocations.break_writes(true);
    decide(&app, &admin, &id.to_string(), "revoke")
        .await
        .refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    decide(&app, &admin, &id.to_string(), "revoke").await.expect(200);
    app.me(&agent.token).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn ratios_are_decimal_text() {
    let app = App::new();
    let (agent, _) = app.world.verified_agent().await;
    let change = "UPDATE agents SET rating = '4.50', success_rate = '0.07'";
    app.world.fresh.db.query(change, Vec::new()).await.unwrap();
    let mine = app.read("/api/v1/agents/me", &agent.token).await.expect(200);
    assert_eq!(
        (&mine.json["rating"], &mine.json["success_rate"]),
        (&json!("4.50"), &json!("0.07"))
    );
}
