//! The endpoints of this component, driven through its gate (OPS-1).

use std::sync::Arc;

use axum::http::Method;
use guard::Gate;
use guard::route::{Access, Limit, table};
use http_kit::client::Failure;
use serde_json::{Value, json};
use testkit::{Answer, Fresh, Scripted, Step, World, ask, get, request};

use crate::health::report::Latest;
use crate::state::{Health, Service};

fn gate(world: &World, db: store::Database) -> Gate {
    with(world, db, Scripted::new(&world.clock, |_| Step::status(204)), &[])
}

/// With these services of others, of which `others` is the other side.
fn with(world: &World, db: store::Database, others: Scripted, outside: &[&'static str]) -> Gate {
    let guard = world.guard();
    let service = |name: &&'static str| Service {
        name,
        address: format!("https://{name}.example.com").parse().unwrap(),
    };
    let health = Health {
        db,
        guard: Arc::clone(&guard),
        transport: Arc::new(others),
        outside: outside.iter().map(service).collect(),
        latest: Latest::default(),
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

/// Lets the newest migration be another one than this release's.
async fn migrate_to(world: &World, version: i64) {
    let forget = "DELETE FROM refinery_schema_history";
    world.fresh.db.query(forget, Vec::new()).await.unwrap();
    let insert = "INSERT INTO refinery_schema_history (version, name) VALUES ($1, 'x')";
    world.fresh.db.query(insert, vec![version.into()]).await.unwrap();
}

#[tokio::test]
async fn not_ready_while_the_schema_is_behind() {
    let world = World::new();
    migrate_to(&world, store::SCHEMA_VERSION - 1).await;
    let answer = ready(&world).await.expect(503);
    let behind = "behind this release: run the migrations";
    assert_eq!(check(&answer, "migrations"), behind);
    let report = ask(&gate(&world, world.database()), get("/health", ""))
        .await
        .expect(503);
    assert_eq!(part(&report, "migrations"), ("fail", &json!(behind)));
}

/// The release before goes on while the next one migrates and comes up, and a rollback keeps the migrations (docs/operations.md).
#[tokio::test]
async fn ready_when_the_schema_is_ahead() {
    let world = World::new();
    migrate_to(&world, store::SCHEMA_VERSION + 1).await;
    let answer = ready(&world).await.expect(200);
    assert_eq!(check(&answer, "migrations"), "pass");
    let report = ask(&gate(&world, world.database()), get("/health", ""))
        .await
        .expect(200);
    assert_eq!(part(&report, "migrations"), ("pass", &Value::Null));
    let observed = &report.json["checks"]["migrations"][0]["observedValue"];
    assert_eq!(*observed, json!(store::SCHEMA_VERSION + 1), "which one it is");
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
    for path in ["/", "/nothing", "/api/v1/nothing", "/health/", "/health/live/"] {
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

/// The status of one part, and why.
fn part<'a>(report: &'a Answer, name: &str) -> (&'a str, &'a Value) {
    let part = &report.json["checks"][name][0];
    (part["status"].as_str().unwrap(), &part["output"])
}

#[tokio::test]
async fn a_report_names_every_part_and_how_long_it_took() {
    let world = World::new();
    let others = Scripted::new(&world.clock, |_| Step::status(404));
    let gate = with(&world, world.database(), others.clone(), &["mail", "kakao"]);
    let report = ask(&gate, get("/health", "")).await.expect(200);
    assert_eq!(report.header("content-type"), "application/health+json");
    assert_eq!(report.header("cache-control"), "no-store");
    assert_eq!(report.text("status"), "pass");
    let names: Vec<&String> = report.json["checks"].as_object().unwrap().keys().collect();
    let expected = [
        "counters:responseTime",
        "database:responseTime",
        "kakao:responseTime",
        "mail:responseTime",
        "migrations",
        "revocations:responseTime",
    ];
    assert_eq!(names, expected);
    for name in expected {
        assert_eq!(part(&report, name), ("pass", &Value::Null), "{name}");
        let entry = &report.json["checks"][name][0];
        assert_eq!(entry["observedUnit"] == "us", name != "migrations", "{entry}");
        assert!(entry["observedValue"].is_i64(), "{entry}");
        assert!(entry["time"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(others.seen().len(), 2, "each is asked once, whatever it says");
}

#[tokio::test]
async fn what_is_outside_warns_and_what_is_inside_fails() {
    let world = World::new();
    let others = Scripted::new(&world.clock, |seen| match seen.uri.host() {
        Some("mail.example.com") => Step::Fail(Failure::Unreachable),
        Some("kakao.example.com") => Step::Silence,
        _ => Step::status(200),
    });
    let outside = ["mail", "kakao", "github"];
    let gate = with(&world, world.database(), others.clone(), &outside);
    let report = ask(&gate, get("/health", "")).await.expect(200);
    assert_eq!(report.text("status"), "warn");
    assert_eq!(
        part(&report, "mail:responseTime"),
        ("warn", &json!("does not answer"))
    );
    assert_eq!(
        part(&report, "kakao:responseTime"),
        ("warn", &json!("does not answer in time"))
    );
    assert_eq!(part(&report, "github:responseTime").0, "pass");

    world.counters.break_down(true);
    let gate = with(&world, world.database(), others, &outside);
    let report = ask(&gate, get("/health", "")).await.expect(503);
    assert_eq!(report.text("status"), "fail");
    assert_eq!(
        part(&report, "counters:responseTime"),
        ("fail", &json!("does not answer"))
    );
    assert_eq!(part(&report, "database:responseTime").0, "pass");
}

#[tokio::test]
async fn a_report_is_shown_for_five_seconds() {
    let world = World::new();
    let others = Scripted::new(&world.clock, |_| Step::status(200));
    let gate = with(&world, world.database(), others.clone(), &["mail"]);
    for (seconds, asked) in [(0, 1), (4, 1), (1, 2)] {
        world.clock.advance_seconds(seconds);
        ask(&gate, get("/health", "")).await.expect(200);
        assert_eq!(others.seen().len(), asked);
    }
}

/// The example that the document gives for an answer (OPS-6).
fn example(path: &str, status: &str) -> Value {
    let document: Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    let content = &document["paths"][path]["get"]["responses"][status]["content"];
    let (_, content) = content.as_object().unwrap().iter().next().unwrap();
    content["example"].clone()
}

/// Without what differs each time.
fn levelled(mut report: Value) -> Value {
    for entries in report["checks"].as_object_mut().unwrap().values_mut() {
        let entry = entries[0].as_object_mut().unwrap();
        for name in ["time", "observedValue"] {
            entry.entry(name).and_modify(|value| *value = Value::Null);
        }
    }
    report
}

#[tokio::test]
async fn what_the_document_shows_is_what_is_answered() {
    let world = World::new();
    let nowhere = || store::Database::new(sql::native::NativeSqlite::new("/nonexistent/folder/test.db"));
    for (status, db) in [("200", world.database()), ("503", nowhere())] {
        let gate = gate(&world, db);
        let ready = ask(&gate, get("/health/ready", "")).await;
        assert_eq!(ready.json, example("/health/ready", status));
        let report = ask(&gate, get("/health", "")).await;
        assert_eq!(levelled(report.json), levelled(example("/health", status)));
    }
}
