//! `GET /api/v1/progress/{resource_id}` through the gate (PROG-1, PROG-2).

mod strangers;

use std::sync::Arc;

use axum::http::{Method, header};
use domain::progress::{Kind, Progress, Resource, Stage, Status};
use domain::{Clock, Id};
use guard::Gate;
use guard::route::{Access, table};
use kv::{Memory, Store};
use serde_json::json;
use testkit::{Answer, Person, World, ask, get, request};

use crate::state::Board;

struct App {
    world: World,
    records: Memory,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        let (world, records) = (World::new(), Memory::default());
        let guard = world.guard();
        let board = Board {
            guard: Arc::clone(&guard),
            records: Store::new("progress", records.clone()),
            clock: Arc::new(world.clock.clone()),
        };
        let router = guard::route::router(crate::routes::entries(), Arc::new(board));
        Self {
            gate: Gate::new("progress", guard, router),
            world,
            records,
        }
    }

    /// What somebody who works writes.
    async fn write(&self, record: &Progress) -> Id<Resource> {
        let id = self.world.id();
        self.keep(id, record.encode().as_bytes()).await;
        id
    }

    async fn keep(&self, id: Id<Resource>, bytes: &[u8]) {
        let until = self.world.clock.now().seconds() + Progress::KEPT_SECONDS;
        let store = Store::new("progress", self.records.clone());
        store.set(&id.to_string(), bytes, until).await.unwrap();
    }

    async fn read(&self, id: Id<Resource>, person: &Person) -> Answer {
        ask(&self.gate, get(&path(id), &person.token)).await
    }

    fn record(&self, person: &Person) -> Progress {
        Progress::begin(person.user, Kind::ContractAnalysis, 1, self.world.clock.now())
    }
}

fn path(id: Id<Resource>) -> String {
    format!("/api/v1/progress/{id}")
}

#[tokio::test]
async fn the_one_route_wants_a_token() {
    let app = App::new();
    let routes = table(&crate::routes::entries());
    assert_eq!(routes.len(), 1);
    assert!(routes.iter().all(|route| route.access == Access::User));
    let bare = request(Method::GET, &path(app.world.id()));
    ask(&app.gate, bare).await.refused(401, "authentication_required");
}

#[tokio::test]
async fn every_stage_is_shown_with_its_times_and_the_whole_follows() {
    let app = App::new();
    let person = app.world.stranger();
    let begin = app.world.clock.now();
    let record = app
        .record(&person)
        .with(Stage::Ingestion, Status::Processing, begin);
    app.world.clock.advance_seconds(1);
    let then = app.world.clock.now();
    let record =
        record
            .with(Stage::Ingestion, Status::Completed, then)
            .with(Stage::Quality, Status::Failed, then);
    let id = app.write(&record).await;
    let shown = app.read(id, &person).await.expect(200);
    let pending =
        |stage| json!({"stage": stage, "status": "pending", "started_at": null, "finished_at": null});
    let expected = json!({
        "resource_id": id, "kind": "contract_analysis", "status": "failed", "version": 103, "updated_at": then,
        "stages": [
            {"stage": "ingestion", "status": "completed", "started_at": begin, "finished_at": then},
            {"stage": "quality", "status": "failed", "started_at": null, "finished_at": then},
            pending("taxonomy"), pending("graph"), pending("embedding"),
        ],
    });
    assert_eq!(shown.json, expected);
}

#[tokio::test]
async fn nobody_else_sees_it_and_nothing_is_not_found() {
    let app = App::new();
    let (person, other) = (app.world.stranger(), app.world.stranger());
    let id = app.write(&app.record(&person)).await;
    app.read(id, &person).await.expect(200);
    app.read(id, &other).await.refused(404, "not_found");
    app.read(app.world.id(), &person).await.refused(404, "not_found");
    let nonsense = get("/api/v1/progress/nonsense", &person.token);
    ask(&app.gate, nonsense).await.refused(404, "not_found");
    app.keep(id, b"a record of another release").await;
    app.read(id, &person).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_record_is_kept_for_a_day() {
    let app = App::new();
    let person = app.world.stranger();
    let id = app.write(&app.record(&person)).await;
    app.world.clock.advance_seconds(24 * 3600 - 1);
    let again = app
        .world
        .mint(person.user, domain::user::Role::User, domain::user::Tier::Free);
    app.read(id, &again).await.expect(200);
    app.world.clock.advance_seconds(1);
    app.read(id, &again).await.refused(404, "not_found");
}

#[tokio::test]
async fn without_its_store_nothing_is_known_and_nothing_is_told() {
    let app = App::new();
    let (person, other) = (app.world.stranger(), app.world.stranger());
    let id = app.write(&app.record(&person)).await;
    app.records.break_down(true);
    for who in [&person, &other] {
        let shown = app.read(id, who).await.expect(200);
        assert_eq!(shown.json, json!({"status": "unknown"}));
        assert_eq!(shown.header("cache-control"), "no-store");
        assert!(!shown.headers.contains_key(header::ETAG));
    }
    app.records.break_down(false);
    assert_eq!(app.read(id, &person).await.expect(200).text("status"), "pending");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let app = App::new();
    let person = app.world.stranger();
    let record = app.record(&person);
    let id = app.write(&record).await;
    let shown = app.read(id, &person).await.expect(200);
    assert_eq!(shown.header("etag"), "\"v100\"");
    let ask_again = || {
        let mut request = get(&path(id), &person.token);
        let tag = shown.header("etag").parse().unwrap();
        request.headers_mut().insert(header::IF_NONE_MATCH, tag);
        ask(&app.gate, request)
    };
    assert_eq!(ask_again().await.status, 304);
    let now = app.world.clock.now();
    app.keep(
        id,
        record
            .with(Stage::Ingestion, Status::Processing, now)
            .encode()
            .as_bytes(),
    )
    .await;
    assert_eq!(ask_again().await.expect(200).text("status"), "processing");
}
