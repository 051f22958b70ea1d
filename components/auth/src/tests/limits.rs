//! Limits on signing in and on everything else (GUARD-3, GUARD-4).

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use testkit::{Answer, get, post};

use super::{App, PASSWORD, from_address};

fn attempt(email: &str, address: &str) -> Request<Body> {
    let body = json!({"email": email, "password": "Wrong-horse-7"});
    from_address(post("/api/v1/auth/login", "", &body), address)
}

fn limited(answer: Answer) {
    let answer = answer.refused(429, "quota_exceeded");
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(answer.header("x-ratelimit-remaining"), "0");
}

#[tokio::test]
async fn the_eleventh_attempt_of_an_address_in_a_minute_is_refused() {
    let app = App::new();
    for number in 0..10 {
        let email = format!("p{number}@example.com");
        app.ask(attempt(&email, "198.51.100.7"))
            .await
            .refused(401, "invalid_credentials");
    }
    limited(app.ask(attempt("p10@example.com", "198.51.100.7")).await);
    app.ask(attempt("p10@example.com", "198.51.100.8"))
        .await
        .refused(401, "invalid_credentials");
    app.world.clock.advance_seconds(120);
    app.ask(attempt("p10@example.com", "198.51.100.7"))
        .await
        .refused(401, "invalid_credentials");
}

#[tokio::test]
async fn the_eleventh_attempt_on_an_account_in_a_minute_is_refused_wherever_it_comes_from() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    for email in ["minji@example.com", "nobody@example.com"] {
        for number in 0..10 {
            let answer = app.ask(attempt(email, &format!("203.0.113.{number}"))).await;
            answer.refused(401, "invalid_credentials");
        }
        // Alike for an account that exists and one that does not; in another spelling too.
        limited(app.ask(attempt(email, "203.0.113.200")).await);
        limited(app.ask(attempt(&email.to_uppercase(), "203.0.113.201")).await);
        app.world.clock.advance_seconds(120);
    }
    app.login("minji@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn limited_answers_say_how_much_is_left() {
    let app = App::new();
    let first = app.ask(attempt("minji@example.com", "198.51.100.7")).await;
    assert_eq!(first.header("ratelimit-policy"), "\"sign_in\";q=10;w=60");
    assert_eq!(first.header("ratelimit"), "\"sign_in\";r=9;t=60");
    assert_eq!(first.header("x-ratelimit-limit"), "10");
    assert_eq!(first.header("x-ratelimit-reset"), "60");
    let anonymous = app.ask(get("/.well-known/jwks.json", "")).await;
    assert_eq!(anonymous.header("ratelimit-policy"), "\"anonymous\";q=30;w=60");
    let outbox = app.ask(get("/api/v1/dev/outbox", "")).await;
    assert_eq!(outbox.header("ratelimit-policy"), "", "unlimited");
}

#[tokio::test]
async fn a_user_is_limited_by_who_they_are_not_by_token_or_address() {
    let app = App::new();
    let person = app.world.stranger();
    for number in 0..100 {
        let again = app
            .world
            .mint(person.user, domain::user::Role::User, domain::user::Tier::Free);
        let request = from_address(
            get("/api/v1/auth/me", &again.token),
            &format!("203.0.113.{number}"),
        );
        app.ask(request).await.refused(404, "not_found");
    }
    limited(app.me(&person.token).await);
    app.me(&app.world.stranger().token)
        .await
        .refused(404, "not_found");
    let premium = app.world.mint(
        app.world.id(),
        domain::user::Role::User,
        domain::user::Tier::Premium,
    );
    assert_eq!(app.me(&premium.token).await.header("x-ratelimit-limit"), "1000");
    let admin = app.world.mint(
        app.world.id(),
        domain::user::Role::Admin,
        domain::user::Tier::Free,
    );
    assert_eq!(app.me(&admin.token).await.header("x-ratelimit-limit"), "10000");
}

#[tokio::test]
async fn two_instances_share_their_counters() {
    let app = App::new();
    let other = App::over(
        testkit::World {
            fresh: app.world.fresh.clone(),
            counters: app.world.counters.clone(),
            ..testkit::World::new()
        },
        config::Environment::Development,
    );
    for number in 0..10 {
        let here = if number % 2 == 0 { &app } else { &other };
        here.ask(attempt("minji@example.com", "198.51.100.7"))
            .await
            .refused(401, "invalid_credentials");
    }
    limited(other.ask(attempt("minji@example.com", "198.51.100.7")).await);
}

#[tokio::test]
async fn a_forged_address_does_not_help() {
    let app = App::new();
    for number in 0..10 {
        let mut request = attempt(&format!("p{number}@example.com"), &format!("6.6.6.{number}"));
        let seen = "198.51.100.7:443".parse().unwrap();
        request.headers_mut().append("spin-client-addr", seen);
        request
            .headers_mut()
            .insert("x-forwarded-for", format!("7.7.7.{number}").parse().unwrap());
        app.ask(request).await.refused(401, "invalid_credentials");
    }
    limited(app.ask(attempt("p10@example.com", "198.51.100.7")).await);
}

#[tokio::test]
async fn a_broken_counter_store_lets_requests_through_and_says_so() {
    let app = App::new();
    let answer = app.sign_in("minji@example.com").await;
    app.world.counters.break_down(true);
    for _ in 0..15 {
        let refused = app
            .login("minji@example.com", "Wrong-horse-7")
            .await
            .refused(401, "invalid_credentials");
        assert_eq!(refused.header("x-ratelimit-status"), "unavailable");
        assert_eq!(refused.header("ratelimit"), "");
    }
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(me.header("x-ratelimit-status"), "unavailable");
}
