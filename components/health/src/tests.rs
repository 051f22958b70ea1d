//! The endpoints of this component, driven through its gate (OPS-1).

use std::sync::Arc;

use axum::http::Method;
use guard::Gate;
use guard::route::{Access, Limit, table};
use serde_json::{Value, json};
use testkit::{Answer, Fresh, World, ask, get, request};

use crate::state::Health;

fn gate(world: &World, db: store::Database) -> Gate {
    let guard = world.guard();
    let health = Health {
        db,
        guard: Arc::clone(&guard),
    };
    Gate::new(
        "health",
        guard,
        guard::route::router(crate::routes::entries(), Arc::new(health)),
    )
}

async fn ready(world: &World) -> Answer {
    ask(&gate(world, world.database()), get("/health/ready", "")).await
}

/// The outcome of a check: `pass`, or its reason.
fn check(answer: &Answer, name: &str) -> String {
    let checks = answer.json["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap();
    let outcome = if check["status"] == "pass" {
        &check["status"]
    } else {
        &check["reason"]
    };
    outcome.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_here_asks_who_calls_or_counts() {
    let world = World::new();
    let gate = gate(&world, world.database());
    for route in table(&crate::routes::entries()) {
        assert_eq!((route.access, route.limit), (Access::Public, Limit::Unlimited));
        for _ in 0..50 {
            let answer = ask(&gate, request(route.method.clone(), route.path))
                .await
                .expect(200);
            assert!(!answer.headers.contains_key("ratelimit-policy"));
        }
    }
}

#[tokio::test]
async fn live_depends_on_nothing() {
    let world = World::over(Fresh::empty_sqlite());
    world.revocations.break_down(true);
    world.counters.break_down(true);
    let answer = ask(&gate(&world, world.database()), get("/health/live", ""))
        .await
        .expect(200);
    assert_eq!(answer.json, json!({"status": "pass"}));
    assert_eq!(answer.header("cache-control"), "no-store");
    let with_nonsense = ask(&gate(&world, world.database()), get("/health/live", "a.b.c")).await;
    assert_eq!(with_nonsense.status, 200);
}

#[tokio::test]
async fn ready_when_all_of_it_is() {
    let answer = ready(&World::new()).await.expect(200);
    let pass = |name: &str| json!({"name": name, "status": "pass"});
    let checks = ["database", "migrations", "revocations"].map(pass);
    assert_eq!(answer.json, json!({"status": "pass", "checks": checks}));
}

#[tokio::test]
async fn not_ready_without_migrations() {
    let world = World::over(Fresh::empty_sqlite());
    let answer = ready(&world).await.expect(503);
    assert_eq!(answer.json["status"], "fail");
    assert_eq!(check(&answer, "database"), "pass");
    assert_eq!(
        check(&answer, "migrations"),
        "behind this release: run the migrations"
    );
}

#[tokio::test]
async fn not_ready_with_other_migrations() {
    let world = World::new();
    for (version, reason) in [
        (store::SCHEMA_VERSION + 1, "newer than this release"),
        (
            store::SCHEMA_VERSION - 1,
            "behind this release: run the migrations",
        ),
    ] {
        world
            .fresh
            .db
            .query("DELETE FROM refinery_schema_history", Vec::new())
            .await
            .unwrap();
        let insert = "INSERT INTO refinery_schema_history (version, name) VALUES ($1, 'x')";
        world.fresh.db.query(insert, vec![version.into()]).await.unwrap();
        let answer = ready(&world).await.expect(503);
        assert_eq!(check(&answer, "migrations"), reason);
    }
}

#[tokio::test]
async fn not_ready_without_a_database() {
    let world = World::new();
    let nowhere = store::Database::new(sql::native::NativeSqlite::new("/nonexistent/folder/test.db"));
    let answer = ask(&gate(&world, nowhere), get("/health/ready", ""))
        .await
        .expect(503);
    assert_eq!(check(&answer, "database"), "does not answer");
    assert_eq!(
        check(&answer, "migrations"),
        "unknown while the database does not answer"
    );
    assert_eq!(check(&answer, "revocations"), "pass");
    assert!(!answer.json.to_string().contains("nonexistent"), "no internals");
}

#[tokio::test]
async fn not_ready_without_revocations_though_counters_may_be_missing() {
    let world = World::new();
    world.counters.break_down(true);
    ready(&world).await.expect(200);
    world.revocations.break_down(true);
    let answer = ready(&world).await.expect(503);
    assert_eq!(check(&answer, "revocations"), "does not answer");
    assert_eq!(check(&answer, "database"), "pass");
}

#[tokio::test]
async fn whatever_no_other_component_takes_is_a_problem() {
    let world = World::new();
    let gate = gate(&world, world.database());
    for path in [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/health",
        "/health/",
        "/health/live/",
    ] {
        let answer = ask(&gate, get(path, "")).await.refused(404, "not_found");
        assert_eq!(answer.text("instance"), path);
    }
    let answer = ask(&gate, request(Method::POST, "/health/live"))
        .await
        .refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let head = ask(&gate, request(Method::HEAD, "/health/live"))
        .await
        .expect(200);
    assert_eq!(head.json, Value::Null);
    assert_eq!(head.header("content-length"), "17");
}
