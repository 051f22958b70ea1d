//! Who may call what (GUARD-1, GUARD-2).

use axum::body::Body;
use guard::route::{Access, table};
use testkit::{post, request};

use super::{App, PATH, sale};
use crate::routes::entries;

#[tokio::test]
async fn every_route_wants_a_token() {
    let app = App::new();
    let routes = table(&entries());
    assert!(routes.len() >= 21);
    for route in routes {
        assert_eq!(route.access, Access::User, "{}", route.path);
        let id = "01a3185c-5087-7279-8ce1-9b8fd00eeeab";
        let path = route.path.replace("{id}", id).replace("{task}", id);
        app.ask(request(route.method, &path))
            .await
            .refused(401, "authentication_required");
    }
}

#[tokio::test]
async fn who_asks_is_settled_before_the_body_is_read() {
    let app = App::new();
    for (token, code) in [("", "authentication_required"), ("a.b.c", "invalid_token")] {
        let mut broken = post(PATH, token, &sale());
        *broken.body_mut() = Body::from("{ not json");
        app.ask(broken).await.refused(401, code);
    }
}

#[tokio::test]
async fn a_broken_revocation_store_lets_nobody_in() {
    let app = App::new();
    let person = app.person().await;
    app.world.revocations.break_down(true);
    app.post(&person, &sale()).await.refused(503, "store_unavailable");
}

#[tokio::test]
async fn a_broken_counter_store_lets_requests_through_and_says_so() {
    let app = App::new();
    let person = app.person().await;
    app.world.counters.break_down(true);
    let answer = app.post(&person, &sale()).await.expect(201);
    assert_eq!(answer.header("x-ratelimit-status"), "unavailable");
}

#[tokio::test]
async fn an_access_token_ends() {
    let app = App::new();
    let person = app.person().await;
    let path = app
        .post(&person, &sale())
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.world.clock.advance_seconds(30 * 60 + 29);
    app.get(&path, &person).await.expect(200);
    app.world.clock.advance_seconds(2);
    app.get(&path, &person).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn a_mistake_of_ours_shows_nothing_of_ours() {
    let app = App::without_tables();
    let person = app.world.stranger();
    let answer = app.post(&person, &sale()).await.refused(500, "internal_error");
    assert!(!answer.json.to_string().contains("table"), "{:?}", answer.json);
}
