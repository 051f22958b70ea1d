//! `POST /api/v1/auth/refresh` (AUTH-5, AUTH-6).

use std::time::Duration;

use axum::http::Method;
use futures::future::join_all;
use serde_json::json;
use testkit::request;

use super::{App, PASSWORD, raw};

const DAY: u64 = 24 * 3600;

#[tokio::test]
async fn a_refresh_token_gives_a_successor_and_an_access_token() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await;
    let second = app.refresh(&first.text("refresh_token")).await.expect(200);
    assert_ne!(first.text("refresh_token"), second.text("refresh_token"));
    assert_eq!(second.json["expires_in"], 1800);
    assert_eq!(second.json["refresh_expires_in"], 30 * DAY);
    app.me(&second.text("access_token")).await.expect(200);
    app.me(&first.text("access_token")).await.expect(200);
    app.refresh(&second.text("refresh_token")).await.expect(200);
}

#[tokio::test]
async fn within_the_grace_the_same_successor_comes_again() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await.text("refresh_token");
    let second = app.refresh(&first).await.expect(200).text("refresh_token");
    for seconds in [0, 5, 5] {
        app.world.clock.advance_seconds(seconds);
        let again = app.refresh(&first).await.expect(200);
        assert_eq!(again.text("refresh_token"), second);
        app.me(&again.text("access_token")).await.expect(200);
    }
    app.refresh(&second).await.expect(200);
}

#[tokio::test]
async fn after_the_grace_reuse_ends_the_whole_family() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await;
    let bystander = app.sign_in("other@example.com").await;
    let elsewhere = app.login("minji@example.com", PASSWORD).await.expect(200);
    let second = app.refresh(&first.text("refresh_token")).await.expect(200);
    app.world.clock.advance(Duration::from_micros(10_000_001));
    app.me(&second.text("access_token")).await.expect(200);
    app.refresh(&first.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    for token in [first.text("access_token"), second.text("access_token")] {
        app.me(&token).await.refused(401, "invalid_token");
    }
    for token in [second.text("refresh_token"), first.text("refresh_token")] {
        app.refresh(&token).await.refused(401, "invalid_refresh_token");
    }
    app.me(&bystander.text("access_token")).await.expect(200);
    app.refresh(&bystander.text("refresh_token")).await.expect(200);
    // AUTH-13: whoever has a refresh token of somebody may have more. The other sign-ins go on, with new access tokens.
    app.me(&elsewhere.text("access_token"))
        .await
        .refused(401, "invalid_token");
    let refreshed = app.refresh(&elsewhere.text("refresh_token")).await.expect(200);
    app.me(&refreshed.text("access_token")).await.expect(200);
    // Once: the same token again voids nothing more.
    app.refresh(&first.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    app.me(&refreshed.text("access_token")).await.expect(200);
}

#[tokio::test]
async fn a_grandparent_is_reuse_even_within_the_grace() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await.text("refresh_token");
    let second = app.refresh(&first).await.expect(200).text("refresh_token");
    let third = app.refresh(&second).await.expect(200).text("refresh_token");
    app.refresh(&first).await.refused(401, "invalid_refresh_token");
    app.refresh(&third).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn parallel_refreshes_get_one_and_the_same_successor() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await.text("refresh_token");
    let answers = join_all((0..20).map(|_| app.refresh(&first))).await;
    let successor = answers[0].text("refresh_token");
    for answer in answers {
        assert_eq!(answer.expect(200).text("refresh_token"), successor);
    }
}

#[tokio::test]
async fn reuse_is_refused_even_if_the_store_fails_and_the_session_is_over() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await.text("refresh_token");
    let second = app.refresh(&first).await.expect(200).text("refresh_token");
    app.world.clock.advance_seconds(11);
    app.world.revocations.break_down(true);
    app.refresh(&first).await.refused(503, "store_unavailable");
    app.world.revocations.break_down(false);
    app.refresh(&second).await.refused(401, "invalid_refresh_token");
}

/// The person tries again after the store failed: only then can the access tokens be revoked (AUTH-6: at once, all of them).
#[tokio::test]
async fn reuse_that_could_not_be_revoked_is_revoked_at_the_next_try() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await;
    let elsewhere = app.login("minji@example.com", PASSWORD).await.expect(200);
    let second = app.refresh(&first.text("refresh_token")).await.expect(200);
    app.world.clock.advance_seconds(11);
    app.world.revocations.break_down(true);
    app.refresh(&first.text("refresh_token"))
        .await
        .refused(503, "store_unavailable");
    app.world.revocations.break_down(false);
    app.refresh(&first.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    for token in [&second, &elsewhere] {
        app.me(&token.text("access_token"))
            .await
            .refused(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_token_that_is_not_used_for_thirty_days_ends() {
    let app = App::new();
    let start = app.world.clock.clone();
    let in_time = app.sign_in("minji@example.com").await.text("refresh_token");
    // The helper let three minutes go by since the sign-in.
    start.advance_seconds(30 * DAY - 181);
    let next = app.refresh(&in_time).await.expect(200).text("refresh_token");
    start.advance_seconds(30 * DAY);
    app.refresh(&next).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_however_often_it_is_used() {
    let app = App::new();
    let mut token = app.sign_in("minji@example.com").await.text("refresh_token");
    for _ in 0..3 {
        app.world.clock.advance_seconds(29 * DAY);
        token = app.refresh(&token).await.expect(200).text("refresh_token");
    }
    let last = app.refresh(&token).await.expect(200);
    assert_eq!(
        last.json["refresh_expires_in"],
        3 * DAY - 180,
        "cut to the end of the session"
    );
    app.world.clock.advance_seconds(3 * DAY - 181);
    token = app
        .refresh(&last.text("refresh_token"))
        .await
        .expect(200)
        .text("refresh_token");
    app.world.clock.advance_seconds(1);
    app.refresh(&token).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn what_was_never_a_token_is_refused() {
    let app = App::new();
    for token in ["", "x", &"A".repeat(43), &"A".repeat(10_000), "ünïcode"] {
        app.refresh(token).await.refused(401, "invalid_refresh_token");
    }
    let body = json!({"refresh_token": 1});
    app.post("/api/v1/auth/refresh", &body)
        .await
        .refused(400, "wrong_type");
    app.post("/api/v1/auth/refresh", &json!({}))
        .await
        .refused(422, "validation_failed");
}

#[tokio::test]
async fn a_token_in_the_url_is_refused_and_still_good() {
    let app = App::new();
    let token = app.sign_in("minji@example.com").await.text("refresh_token");
    let path = format!("/api/v1/auth/refresh?refresh_token={token}");
    let answer = app
        .post(&path, &json!({"refresh_token": token}))
        .await
        .refused(400, "token_in_url");
    assert!(!answer.json.to_string().contains(&token), "not repeated");
    app.refresh(&token).await.expect(200);
}

/// A client that puts the token into the URL sends no body: that is the case that AUTH-5 means.
#[tokio::test]
async fn a_token_in_the_url_is_named_whatever_the_body_is() {
    let app = App::new();
    let path = "/api/v1/auth/refresh?refresh_token=x";
    app.ask(request(Method::POST, path))
        .await
        .refused(400, "token_in_url");
    app.ask(raw(path, "application/json", "{"))
        .await
        .refused(400, "token_in_url");
    app.ask(raw(path, "application/x-www-form-urlencoded", "a=b"))
        .await
        .refused(400, "token_in_url");
}
