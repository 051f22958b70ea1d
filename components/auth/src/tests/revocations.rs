//! Two revocations that cross (GUARD-2, AUTH-13): whichever writes last, what counts is the higher version.

use std::sync::{Arc, Mutex};

use axum::http::Method;
use domain::user::{Role, Tier};
use serde_json::{Value, json};
use testkit::{Answer, ask, post, send};

use super::{App, PASSWORD};

const EMAIL: &str = "kim@example.com";

/// Revokes at `path` as an admin does. Between what that revocation reads and what it writes, somebody signs in and a second one comes to
/// its end; gives the access token of that sign-in, which the second one voids.
async fn cross(app: &App, path: &str) -> String {
    let admin = app.world.person(Role::Admin, Tier::Free).await;
    let second = app.world.person(Role::Admin, Tier::Free).await;
    let voided = Arc::new(Mutex::new(String::new()));
    let (gate, kept) = (app.another_instance(), Arc::clone(&voided));
    let other = path.to_owned();
    app.world.revocations.before_next_set(async move {
        let body = json!({"email": EMAIL, "password": PASSWORD});
        let signed_in = ask(&gate, post("/api/v1/auth/login", "", &body))
            .await
            .expect(200);
        *kept.lock().unwrap() = signed_in.text("access_token");
        revoke(&gate, &other, &second.token).await.expect(204);
    });
    revoke(&app.gate, path, &admin.token).await.expect(204);
    let token = voided.lock().unwrap().clone();
    assert!(!token.is_empty(), "the second revocation took place");
    token
}

async fn revoke(gate: &guard::Gate, path: &str, token: &str) -> Answer {
    ask(gate, send(Method::POST, path, token, &Value::Null)).await
}

async fn refused_everywhere(app: &App, token: &str) {
    app.me(token).await.refused(401, "invalid_token");
    let elsewhere = ask(&app.another_instance(), testkit::get("/api/v1/auth/me", token)).await;
    elsewhere.refused(401, "invalid_token");
    app.world.clock.advance_seconds(180);
    let anew = app.login(EMAIL, PASSWORD).await.expect(200);
    app.me(&anew.text("access_token")).await.expect(200);
}

#[tokio::test]
async fn the_higher_version_of_one_person_stands() {
    let app = App::new();
    let token = app.sign_in(EMAIL).await.text("access_token");
    let id = app.me(&token).await.expect(200).text("id");
    let voided = cross(&app, &format!("/api/v1/admin/users/{id}/revoke-tokens")).await;
    refused_everywhere(&app, &voided).await;
}

#[tokio::test]
async fn the_higher_version_of_everybody_stands() {
    let app = App::new();
    app.sign_in(EMAIL).await;
    let voided = cross(&app, "/api/v1/admin/revoke-all-tokens").await;
    refused_everywhere(&app, &voided).await;
}
