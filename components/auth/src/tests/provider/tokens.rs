//! The providers' tokens: encrypted, renewed, moved to a new key (AUTH-15).

use serde_json::{Value, json};
use store::identity::Identity;
use testkit::{Answer, Step, get, post};

use super::super::{App, KEYS};
use super::pairs;

async fn stored(app: &App) -> Identity {
    let subject = domain::provider::Subject::parse("1234567890").unwrap();
    let db = &app.world.fresh.db;
    let known = store::identity::find_known(db, domain::provider::Provider::Google, &subject).await;
    known.unwrap().unwrap()
}

async fn refresh(app: &App, access: &str) -> Answer {
    let identities = app.ask(get("/api/v1/auth/identities", access)).await.expect(200);
    let id = identities.json["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/auth/identities/{id}/refresh");
    app.ask(post(&path, access, &Value::Null)).await
}

/// The refresh token that the provider is shown at the next refresh.
async fn shown(app: &App, access: &str) -> String {
    refresh(app, access).await.expect(200);
    let seen = app.script.seen();
    let form = pairs(&seen.last().unwrap().text());
    assert_eq!(form["grant_type"], "refresh_token");
    form["refresh_token"].clone()
}

#[tokio::test]
async fn no_token_stands_in_the_database_as_it_is() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let stored = stored(&app).await;
    for bytes in [&stored.tokens.access, stored.tokens.refresh.as_ref().unwrap()] {
        assert!(!bytes.windows(8).any(|part| part == b"provider"));
    }
    assert_eq!(stored.tokens.key_id, "k1");
    let identities = app.ask(get("/api/v1/auth/identities", &access)).await.expect(200);
    let view = &identities.json["items"][0];
    assert_eq!(
        (&view["provider"], &view["can_refresh"]),
        (&json!("google"), &json!(true))
    );
    assert!(!identities.json.to_string().contains("provider-"));
}

#[tokio::test]
async fn a_new_refresh_token_is_stored() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    app.fake.grant("refresh_token", json!("provider-refresh-2"));
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
    assert_eq!(shown(&app, &access).await, "provider-refresh-2");
}

#[tokio::test]
async fn no_refresh_token_keeps_the_old_one() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let before = stored(&app).await.tokens;
    app.fake.grant("refresh_token", Value::Null);
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
    let after = stored(&app).await.tokens;
    assert_eq!(after.refresh, before.refresh, "not written");
    assert_ne!(after.access, before.access);
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
}

#[tokio::test]
async fn the_same_refresh_token_is_not_written() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let before = stored(&app).await.tokens;
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
    assert_eq!(stored(&app).await.tokens.refresh, before.refresh, "not written");
}

/// Google gives a refresh token at the first consent only.
#[tokio::test]
async fn a_sign_in_without_a_refresh_token_keeps_the_old_one() {
    let app = App::new();
    app.sign_in_with("google").await;
    app.fake.grant("refresh_token", Value::Null);
    let access = app.sign_in_with("google").await.text("access_token");
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
}

#[tokio::test]
async fn a_refusal_of_the_provider_changes_nothing() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let before = stored(&app).await.tokens;
    app.fake.instead(
        "/google/token",
        Step::json(400, &json!({"error": "invalid_grant"})),
    );
    refresh(&app, &access)
        .await
        .refused(502, "provider_answer_invalid");
    app.fake.instead("/google/token", Step::status(503));
    refresh(&app, &access).await.refused(503, "provider_unavailable");
    assert_eq!(stored(&app).await.tokens, before);
}

#[tokio::test]
async fn without_a_refresh_token_the_person_is_told() {
    let app = App::new();
    app.fake.grant("refresh_token", Value::Null);
    let access = app.sign_in_with("google").await.text("access_token");
    refresh(&app, &access).await.refused(409, "no_refresh_token");
}

#[tokio::test]
async fn another_persons_identity_is_not_there() {
    let app = App::new();
    app.sign_in_with("google").await;
    let id = stored(&app).await.id;
    let stranger = app.sign_in("other@example.com").await.text("access_token");
    let path = format!("/api/v1/auth/identities/{id}/refresh");
    app.ask(post(&path, &stranger, &Value::Null))
        .await
        .refused(404, "not_found");
    let none = app
        .ask(get("/api/v1/auth/identities", &stranger))
        .await
        .expect(200);
    assert_eq!(none.json["items"], json!([]));
}

#[tokio::test]
async fn a_row_under_an_old_key_is_read_and_moved_to_the_new_one() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let old = stored(&app).await.tokens;
    let both = format!("k2:{},{KEYS}", "B".repeat(42) + "A");
    let app = app.again_with_keys(&both);
    // The provider refuses, so that only reading can have moved the row.
    app.fake.instead("/google/token", Step::status(503));
    refresh(&app, &access).await.refused(503, "provider_unavailable");
    let moved = stored(&app).await.tokens;
    assert_eq!((old.key_id.as_str(), moved.key_id.as_str()), ("k1", "k2"));
    // Now the old key can go.
    app.fake.mend("/google/token");
    let only = format!("k2:{}", "B".repeat(42) + "A");
    let app = app.again_with_keys(&only);
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
}

#[tokio::test]
async fn a_key_that_went_too_early_costs_the_token_and_not_the_sign_in() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let app = app.again_with_keys(&format!("k9:{}", "C".repeat(42) + "A"));
    refresh(&app, &access).await.refused(500, "internal_error");
    let access = app.sign_in_with("google").await.text("access_token");
    assert_eq!(shown(&app, &access).await, "provider-refresh-1");
}
