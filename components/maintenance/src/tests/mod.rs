//! Maintenance through the gate (OPS-7, GUARD-1).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use config::{Internal, Secret};
use domain::progress::{Progress, Resource};
use domain::user::{Role, Tier};
use domain::{Clock, Id, Timestamp};
use guard::Gate;
use http_kit::client::{Client, Failure};
use kv::{Memory, Store, Sweeper};
use serde_json::{Value, json};
use testkit::{Answer, Fresh, Scripted, Step, World, ask, request};

use crate::state::Upkeep;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const RUN: &str = "/internal/maintenance/run";

/// The component in a world of its own, with a mail component that has nothing to do and no component that analyses.
struct App {
    world: World,
    others: Scripted,
    /// Records of progress; can be told to fail.
    records: Memory,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        Self::over(World::new())
    }

    fn over(world: World) -> Self {
        let others = Scripted::new(&world.clock, |seen| match seen.line().as_str() {
            "POST /internal/outbox/drain" => {
                Step::json(200, &json!({"sent": 2, "kept": 1, "delayed": 0, "failed": 0}))
            }
            _ => Step::json(404, &json!({"code": "not_found"})),
        });
        let records = Memory::default();
        let gate = gate(&world, &others, &records);
        Self {
            world,
            others,
            records,
            gate,
        }
    }

    fn another_instance(&self) -> Gate {
        gate(&self.world, &self.others, &self.records)
    }

    async fn run(&self) -> Answer {
        ask(&self.gate, run_request()).await.expect(200)
    }

    /// A record of something that was begun `age` seconds ago and last changed `idle` seconds ago.
    async fn record(&self, age: i64, idle: i64) -> Id<Resource> {
        let ago =
            |seconds: i64| Timestamp::from_micros(self.world.clock.now().micros() - seconds * 1_000_000);
        let id = Id::new(ago(age), &self.world.random);
        let until = ago(idle).seconds() + Progress::KEPT_SECONDS;
        let store = Store::new("progress", self.records.clone());
        store.set(&id.to_string(), b"1", until).await.unwrap();
        id
    }

    async fn has_record(&self, id: Id<Resource>) -> bool {
        let store = Store::new("progress", self.records.clone());
        store.get(&id.to_string(), 0).await.unwrap().is_some()
    }

    /// Traces of who asked for a mail, two days old.
    async fn old_requests(&self, rows: u16) {
        let old = self.world.clock.now().minus(Duration::from_secs(2 * 24 * 3600));
        let row = |number| format!("(x'{number:064x}', 'verify_email', '{old}')");
        let rows: Vec<String> = (0..rows).map(row).collect();
        let statement = format!(
            "INSERT INTO mail_requests (account, purpose, requested_at) VALUES {}",
            rows.join(", ")
        );
        self.world.fresh.db.query(&statement, Vec::new()).await.unwrap();
    }
}

fn gate(world: &World, others: &Scripted, records: &Memory) -> Gate {
    let guard = world.guard();
    let upkeep = Upkeep {
        db: world.database(),
        guard: Arc::clone(&guard),
        internal: Internal {
            key: Secret::new(KEY.to_owned()),
        },
        revocations: Sweeper::new("revocations", world.revocations.clone()),
        counters: Sweeper::new("counters", world.counters.clone()),
        progress: Sweeper::new("progress", records.clone()),
        client: Client::new(
            Arc::new(others.clone()),
            Arc::new(world.clock.clone()),
            Arc::new(world.random.clone()),
        ),
        clock: Arc::new(world.clock.clone()),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(upkeep));
    Gate::new("maintenance", guard, router)
}

fn run_request() -> Request<Body> {
    let mut request = request(Method::POST, RUN);
    let key = format!("Bearer {KEY}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, key);
    request
}

/// A task of a report.
fn task(answer: &Answer, name: &str) -> Value {
    let tasks = answer.json["tasks"].as_array().unwrap();
    let found = tasks.iter().find(|task| task["task"] == name);
    found.cloned().unwrap_or_default()
}

fn done(answer: &Answer, name: &str) -> u64 {
    task(answer, name)["done"].as_u64().unwrap()
}

#[tokio::test]
async fn only_the_inside_can_run_it() {
    let app = App::new();
    let person = app.world.person(Role::Admin, Tier::Premium).await;
    for key in ["", "x", person.token.as_str()] {
        let mut request = request(Method::POST, RUN);
        let value = format!("Bearer {key}").parse().unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, value);
        ask(&app.gate, request).await.refused(404, "not_found");
    }
    assert!(app.others.seen().is_empty());
}

#[tokio::test]
async fn a_run_reports_every_task() {
    let app = App::new();
    let answer = app.run().await;
    let tasks = answer.json["tasks"].as_array().unwrap();
    let names: Vec<_> = tasks.iter().map(|task| task["task"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "expired_signals",
            "unknown_clients",
            "known_clients",
            "account_failures",
            "mail_requests",
            "oauth_states",
            "idempotency_keys",
            "one_time_tokens",
            "rotated_tokens",
            "outbox_rows",
            "counters",
            "revocations",
            "progress",
            "outbox",
        ]
    );
    assert_eq!(done(&answer, "outbox"), 3);
    assert_eq!(
        (&answer.json["more"], &answer.json["failed"]),
        (&json!(false), &json!(false))
    );
    let seen = app.others.seen();
    assert_eq!(seen[0].header("authorization"), format!("Bearer {KEY}"));
    assert!(!seen[0].header("traceparent").is_empty());
}

#[tokio::test]
async fn a_run_is_bounded_and_the_next_goes_on() {
    let app = App::new();
    app.old_requests(2_300).await;
    let first = app.run().await;
    assert_eq!(
        task(&first, "mail_requests"),
        json!({"task": "mail_requests", "done": 2_000, "more": true, "failed": false})
    );
    assert_eq!(first.json["more"], true);
    let second = app.run().await;
    assert_eq!(
        (done(&second, "mail_requests"), &second.json["more"]),
        (300, &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_share_the_work() {
    let app = App::new();
    app.old_requests(900).await;
    let running: Vec<_> = (0..4)
        .map(|_| {
            let gate = app.another_instance();
            tokio::spawn(async move { ask(&gate, run_request()).await.expect(200) })
        })
        .collect();
    let mut swept = 0;
    for one in running {
        let answer = one.await.unwrap();
        assert_eq!(answer.json["failed"], false, "{:?}", answer.json);
        swept += done(&answer, "mail_requests");
    }
    assert_eq!(swept, 900);
}

#[tokio::test]
async fn counters_and_revocations_go_when_they_are_over() {
    let app = App::new();
    let counters = Store::new("counters", app.world.counters.clone());
    let revocations = Store::new("revocations", app.world.revocations.clone());
    let views = Store::new("views", app.world.counters.clone());
    let window = app.world.clock.now().seconds() / 60;
    for key in [
        format!("limit/{}/free/a", window - 9),
        format!("limit/{window}/free/a"),
    ] {
        counters.increment(&key, 7).await.unwrap();
    }
    views.increment("view/x", 5).await.unwrap();
    let now = app.world.clock.now().seconds();
    for (key, end) in [
        ("session/a", now),
        ("session/b", now + 60),
        ("user/a", now - 60),
        ("epoch/1", now - 60),
    ] {
        revocations.set(key, b"1", end).await.unwrap();
    }
    let answer = app.run().await;
    assert_eq!((done(&answer, "counters"), done(&answer, "revocations")), (1, 1));
    assert_eq!(
        counters
            .increment(&format!("limit/{window}/free/a"), 0)
            .await
            .unwrap(),
        7
    );
    assert_eq!(
        views.increment("view/x", 0).await.unwrap(),
        5,
        "views are no counters of limits"
    );
    for key in ["session/b", "user/a", "epoch/1"] {
        assert!(revocations.get(key, 0).await.unwrap().is_some(), "{key}");
    }
}

const DAY: i64 = 24 * 3600;

/// PROG-1: a record is kept for a day after its last change. However many are young, those that are over are found.
#[tokio::test]
async fn records_of_progress_go_a_day_after_their_last_change() {
    let app = App::new();
    let over = app.record(DAY, DAY).await;
    let older = app.record(9 * DAY, 3 * DAY).await;
    let young = app.record(DAY - 1, DAY - 1).await;
    let changed = app.record(9 * DAY, DAY - 1).await;
    for _ in 0..2_100 {
        app.record(60, 5).await;
    }
    let answer = app.run().await;
    assert_eq!(
        task(&answer, "progress"),
        json!({"task": "progress", "done": 2, "more": false, "failed": false})
    );
    for (id, stays) in [(over, false), (older, false), (young, true), (changed, true)] {
        assert_eq!(app.has_record(id).await, stays);
    }
    app.records.break_down(true);
    let broken = app.run().await;
    assert_eq!(task(&broken, "progress")["failed"], true);
    assert_eq!(done(&broken, "outbox"), 3);
}

/// QUAL-3: what is broken is said, and the rest is done.
#[tokio::test]
async fn a_task_that_fails_leaves_the_others_alone() {
    let app = App::new();
    app.old_requests(3).await;
    app.world.counters.break_down(true);
    let answer = app.run().await;
    assert_eq!(
        task(&answer, "counters"),
        json!({"task": "counters", "done": 0, "more": false, "failed": true})
    );
    assert_eq!(
        (done(&answer, "mail_requests"), &answer.json["failed"]),
        (3, &json!(true))
    );
    let broken = App::over(World::over(Fresh::empty_sqlite()));
    let answer = broken.run().await;
    assert_eq!(task(&answer, "mail_requests")["failed"], true);
    assert_eq!(done(&answer, "outbox"), 3, "mail goes out all the same");
    assert!(!answer.json.to_string().contains("no such table"));
}

#[tokio::test]
async fn what_waits_elsewhere_is_driven_until_nothing_is_left() {
    let app = App::new();
    let world = World::new();
    let mut left = 250_u64;
    let others = Scripted::new(&world.clock, move |seen| match seen.line().as_str() {
        "POST /internal/outbox/drain" => {
            let sent = left.min(100);
            left -= sent;
            Step::json(200, &json!({"sent": sent, "kept": 0, "delayed": 0, "failed": 0}))
        }
        "POST /internal/analyses/run" => Step::json(200, &json!({"finished": 1, "more": true})),
        _ => Step::status(500),
    });
    let gate = gate(&world, &others, &Memory::default());
    let mut sent = Vec::new();
    for _ in 0..3 {
        let answer = ask(&gate, run_request()).await.expect(200);
        sent.push((done(&answer, "outbox"), task(&answer, "outbox")["more"] == true));
        assert_eq!(
            task(&answer, "analyses"),
            json!({"task": "analyses", "done": 1, "more": true, "failed": false})
        );
    }
    assert_eq!(sent, [(100, true), (100, true), (50, false)]);
    drop(app);
}

#[tokio::test]
async fn a_neighbour_whose_answer_broke_off_is_asked_again() {
    let world = World::new();
    let mut calls = 0;
    let others = Scripted::new(&world.clock, move |seen| {
        calls += 1;
        match (seen.line().as_str(), calls) {
            ("POST /internal/outbox/drain", 1) => Step::Fail(Failure::Broken),
            ("POST /internal/outbox/drain", _) => {
                Step::json(200, &json!({"sent": 2, "kept": 1, "delayed": 0, "failed": 0}))
            }
            _ => Step::json(404, &json!({"code": "not_found"})),
        }
    });
    let answer = ask(&gate(&world, &others, &Memory::default()), run_request())
        .await
        .expect(200);
    assert_eq!(
        task(&answer, "outbox"),
        json!({"task": "outbox", "done": 3, "more": false, "failed": false})
    );
}
