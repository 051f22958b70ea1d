//! Lockout over the endpoints (AUTH-10).

use axum::http::Method;
use config::{Environment, Values};
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, World, get, post};

use super::{App, PASSWORD, from_address};

const ADDRESS: &str = "minji@example.com";

async fn attempt(app: &App, password: &str, client: &str) -> Answer {
    let body = json!({"email": ADDRESS, "password": password});
    app.ask(from_address(post("/api/v1/auth/login", "", &body), client))
        .await
}

/// Fails as often as that, each in a minute of its own.
async fn fail(app: &App, times: usize, client: &str) {
    for _ in 0..times {
        app.world.clock.advance_seconds(120);
        attempt(app, "Wrong-horse-7", client)
            .await
            .refused(401, "invalid_credentials");
    }
}

async fn mails(app: &App) -> usize {
    let outbox = app.ask(get("/api/v1/dev/outbox", "")).await.expect(200);
    let mails = outbox.json["items"].as_array().unwrap();
    mails.iter().filter(|mail| mail["template"] == "lockout").count()
}

#[tokio::test]
async fn ten_failures_lock_the_address_that_fails_and_no_other() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    fail(&app, 10, "203.0.113.7").await;
    assert_eq!(mails(&app).await, 1);
    app.world.clock.advance_seconds(120);
    attempt(&app, PASSWORD, "203.0.113.7")
        .await
        .refused(401, "invalid_credentials");
    attempt(&app, PASSWORD, "198.51.100.1").await.expect(200);
    app.world.clock.advance_seconds(3600);
    attempt(&app, PASSWORD, "203.0.113.7").await.expect(200);
    assert_eq!(mails(&app).await, 1, "one for the lock");
}

#[tokio::test]
async fn an_ipv6_customer_is_locked_by_the_64() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    for number in 0..10 {
        fail(&app, 1, &format!("[2001:db8:1:2::{number}]")).await;
    }
    app.world.clock.advance_seconds(120);
    attempt(&app, PASSWORD, "[2001:db8:1:2:ffff::1]")
        .await
        .refused(401, "invalid_credentials");
    attempt(&app, PASSWORD, "[2001:db8:1:3::1]").await.expect(200);
}

#[tokio::test]
async fn a_success_begins_the_count_anew() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    for _ in 0..3 {
        fail(&app, 9, "203.0.113.7").await;
        app.world.clock.advance_seconds(120);
        attempt(&app, PASSWORD, "203.0.113.7").await.expect(200);
    }
    assert_eq!(mails(&app).await, 0);
}

#[tokio::test]
async fn many_addresses_do_not_lock_the_owner_out() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    app.world.clock.advance_seconds(120);
    attempt(&app, PASSWORD, "198.51.100.1").await.expect(200);
    app.world.clock.advance_seconds(120);
    // The per-minute limit of the account would stop this earlier; it lies in another store.
    for number in 0..100 {
        app.world.clock.advance_seconds(30);
        attempt(&app, "Wrong-horse-7", &format!("203.0.113.{number}"))
            .await
            .refused(401, "invalid_credentials");
    }
    attempt(&app, PASSWORD, "203.0.113.200")
        .await
        .refused(401, "invalid_credentials");
    attempt(&app, PASSWORD, "198.51.100.1").await.expect(200);
    assert_eq!(mails(&app).await, 1);
}

#[tokio::test]
async fn a_lock_is_in_the_audit_log() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    fail(&app, 12, "203.0.113.7").await;
    let admin = app.world.mint(
        app.world.id(),
        domain::user::Role::Admin,
        domain::user::Tier::Free,
    );
    let path = "/api/v1/admin/audit-events?action=account_locked";
    let events = app.ask(get(path, &admin.token)).await.expect(200);
    let events = events.json["items"].as_array().unwrap().clone();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["outcome"], "failure");
    assert_eq!(events[0]["actor_id"], Value::Null, "nobody knows who it was");
    assert_eq!(events[0]["object_kind"], "user");
    assert_eq!(events[0]["endpoint"], "/api/v1/auth/login");
    assert_eq!(events[0]["method"], Method::POST.as_str());
    let registered = "/api/v1/admin/audit-events?action=account_registered";
    let events = app.ask(get(registered, &admin.token)).await.expect(200);
    assert_eq!(events.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stolen_access_token_does_not_help_to_guess() {
    let app = App::new();
    let token = app.sign_in(ADDRESS).await.text("access_token");
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "Another-horse-8"});
        from_address(post("/api/v1/auth/change-password", &token, &body), "203.0.113.7")
    };
    for _ in 0..10 {
        app.world.clock.advance_seconds(70);
        app.ask(change("Wrong-horse-7"))
            .await
            .refused(403, "wrong_password");
    }
    app.world.clock.advance_seconds(70);
    app.ask(change(PASSWORD)).await.refused(403, "wrong_password");
    assert_eq!(mails(&app).await, 1);
}

/// An app that takes as many sign-ins at once as come: its limits count nothing.
fn crowded() -> App {
    let mut variables = Values::new([("password_hashes_at_once", "64")]);
    let app = App::with(World::new(), Environment::Development, &mut variables);
    app.world.counters.break_down(true);
    app
}

#[tokio::test]
async fn parallel_sign_ins_with_the_right_password_never_lock() {
    let app = crowded();
    app.sign_in(ADDRESS).await;
    for _ in 0..3 {
        app.world.clock.advance_seconds(120);
        let answers = join_all((0..20).map(|_| attempt(&app, PASSWORD, "203.0.113.7"))).await;
        let (good, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert!(good.len() >= 10, "{}", good.len());
        for other in others {
            assert!(other.headers.contains_key("retry-after"));
            other.refused(503, "busy");
        }
    }
    assert_eq!(mails(&app).await, 0);
    attempt(&app, PASSWORD, "203.0.113.7").await.expect(200);
}

#[tokio::test]
async fn one_right_password_among_parallel_guesses_leaves_the_guesses_counted() {
    let app = crowded();
    app.sign_in(ADDRESS).await;
    app.world.clock.advance_seconds(120);
    let hashes = app.auth.hasher.hashes();
    let guesses = (0..30).map(|number| {
        let password = if number == 0 { PASSWORD } else { "Wrong-horse-7" };
        attempt(&app, password, "203.0.113.7")
    });
    let answers = join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    // Ten at the most are looked at before the first ends; each that ends makes room for one more only if it was right.
    let wrong = answers.iter().filter(|answer| answer.status == 401).count();
    assert!(wrong <= 10 + 9, "{wrong}");
    assert!(app.auth.hasher.hashes() - hashes <= 30);
}
