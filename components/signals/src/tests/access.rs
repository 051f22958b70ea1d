//! Who may call what (GUARD-1, GUARD-2, GUARD-4).

use axum::body::Body;
use axum::http::Method;
use domain::user::{Role, Tier};
use guard::route::{Access, table};
use testkit::{get, post};

use super::{App, PATH, bare, flat};
use crate::routes::entries;

#[tokio::test]
async fn every_route_wants_a_token() {
    let app = App::new();
    let routes = table(&entries());
    assert_eq!(routes.len(), 15);
    for route in routes {
        if route.path == "/api/v1/regions" {
            assert_eq!(route.access, Access::Public, "names of places are no secret");
            continue;
        }
        assert_eq!(route.access, Access::User, "{}", route.path);
        let id = "01a3185c-5087-7279-8ce1-9b8fd00eeeab";
        let path = route.path.replace("{id}", id).replace("{interest}", id);
        app.ask(bare(route.method, &path))
            .await
            .refused(401, "authentication_required");
    }
}

#[tokio::test]
async fn who_asks_is_settled_before_anything_is_read() {
    let app = App::new();
    let mut broken = post(PATH, "", &flat());
    *broken.body_mut() = Body::from("{ not json");
    app.ask(broken).await.refused(401, "authentication_required");
    let mut forged = post(PATH, "a.b.c", &flat());
    *forged.body_mut() = Body::from("{ not json");
    app.ask(forged).await.refused(401, "invalid_token");
    app.ask(get(&format!("{PATH}?limit=x"), ""))
        .await
        .refused(401, "authentication_required");
    app.ask(get(&format!("{PATH}/no-id"), ""))
        .await
        .refused(401, "authentication_required");
}

#[tokio::test]
async fn a_broken_revocation_store_lets_nobody_in_and_nothing_happens() {
    let app = App::new();
    let person = app.person(Role::User).await;
    app.world.revocations.break_down(true);
    app.post(&person, &flat()).await.refused(503, "store_unavailable");
    app.world.revocations.break_down(false);
    let mine = app.get(&format!("{PATH}/mine"), &person).await.expect(200);
    assert_eq!(mine.json["items"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_revoked_session_is_refused_though_its_token_is_cached() {
    let app = App::new();
    let person = app.person(Role::User).await;
    app.get(PATH, &person).await.expect(200);
    // As another component's instance revokes it.
    let elsewhere = app.world.guard();
    let (now, random) = (testkit::START, &app.world.random);
    elsewhere
        .revocations
        .revoke_session(person.user, person.session, now, random)
        .await
        .unwrap();
    app.get(PATH, &person).await.refused(401, "invalid_token");
    let again = app.world.mint(person.user, Role::User, Tier::Free);
    app.get(PATH, &again).await.expect(200);
}

#[tokio::test]
async fn a_broken_counter_store_lets_requests_through_and_says_so() {
    let app = App::new();
    let person = app.person(Role::User).await;
    app.world.counters.break_down(true);
    let answer = app.get(PATH, &person).await.expect(200);
    assert_eq!(answer.header("x-ratelimit-status"), "unavailable");
    assert_eq!(answer.header("ratelimit-policy"), "\"premium\";q=1000;w=60");
}

#[tokio::test]
async fn the_hundred_and_first_request_in_a_minute_is_refused() {
    let app = App::new();
    let person = app.world.stranger();
    for _ in 0..100 {
        app.get(&format!("{PATH}/mine"), &person).await.expect(200);
    }
    let answer = app
        .get(&format!("{PATH}/mine"), &person)
        .await
        .refused(429, "quota_exceeded");
    assert_eq!(answer.header("retry-after"), "60");
    app.get(&format!("{PATH}/mine"), &app.world.stranger())
        .await
        .expect(200);
    app.world.clock.advance_seconds(120);
    app.get(&format!("{PATH}/mine"), &person).await.expect(200);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let app = App::new();
    let person = app.world.stranger();
    app.get(&format!("{PATH}/mine/more"), &person)
        .await
        .refused(404, "not_found");
    let answer = app
        .ask(bare(Method::PUT, PATH))
        .await
        .refused(405, "method_not_allowed");
    let mut allowed: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    let answer = app
        .ask(bare(Method::POST, &format!("{PATH}/mine")))
        .await
        .refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_mistake_of_ours_shows_nothing_of_ours() {
    let app = App::without_tables();
    let person = app.world.stranger();
    let paths = [
        PATH.to_owned(),
        format!("{PATH}/mine"),
        format!("{PATH}/01a3185c-5087-7279-8ce1-9b8fd00eeeab"),
    ];
    for path in paths {
        let answer = app.get(&path, &person).await.refused(500, "internal_error");
        assert!(!answer.json.to_string().contains("table"), "{:?}", answer.json);
    }
}
