//! `POST /api/v1/auth/verify-email` (AUTH-2).

use serde_json::json;

use super::{App, PASSWORD};

async fn token(app: &App, email: &str) -> String {
    app.register(email).await.expect(202);
    app.mail(email).await["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_verifies_once() {
    let app = App::new();
    let token = token(&app, "minji@example.com").await;
    app.login("minji@example.com", PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    app.verify(&token).await.expect(204);
    app.verify(&token).await.refused(400, "invalid_one_time_token");
    let answer = app.login("minji@example.com", PASSWORD).await.expect(200);
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(me.json["email_verified"], true);
}

#[tokio::test]
async fn a_token_ends_after_a_day() {
    let app = App::new();
    let (early, late) = (
        token(&app, "early@example.com").await,
        token(&app, "late@example.com").await,
    );
    app.world.clock.advance_seconds(24 * 3600 - 1);
    app.verify(&early).await.expect(204);
    app.world.clock.advance_seconds(1);
    app.verify(&late).await.refused(400, "invalid_one_time_token");
    app.login("late@example.com", PASSWORD)
        .await
        .refused(401, "invalid_credentials");
}

#[tokio::test]
async fn what_is_no_token_verifies_nothing() {
    let app = App::new();
    for token in ["", "x", &"A".repeat(43), &"A".repeat(9_000)] {
        app.verify(token).await.refused(400, "invalid_one_time_token");
    }
    app.post("/api/v1/auth/verify-email", &json!({}))
        .await
        .refused(422, "validation_failed");
    let unknown = json!({"token": "x", "email": "y"});
    app.post("/api/v1/auth/verify-email", &unknown)
        .await
        .refused(400, "unknown_field");
}
