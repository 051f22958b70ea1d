//! Analyses as they come (CON-5).

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use domain::Clock;
use domain::analysis::run::{Failure, LEASE};
use domain::progress::Stage;
use futures::StreamExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use testkit::{Person, get, request};

use super::App;
use super::worker::Worker;

impl App {
    /// Opens a stream.
    async fn stream(&self, person: &Person, contract: &str, last_event_id: &str) -> Stream {
        let mut request = get(&format!("{contract}/analysis/stream"), &person.token);
        let last = HeaderValue::try_from(last_event_id).unwrap();
        request.headers_mut().insert("last-event-id", last);
        request
            .headers_mut()
            .insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
        let response = self.gate.handle(request).await;
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        for absent in [header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
            assert!(!headers.contains_key(&absent), "{absent}");
        }
        assert!(headers.contains_key("x-request-id") && headers.contains_key("x-ratelimit-limit"));
        Stream(response.into_body())
    }
}

struct Stream(Body);

/// One event: id, name, data.
type Event = (String, String, Value);

impl Stream {
    /// The next piece, as events; `None` at the end. Pieces that say nothing are skipped.
    async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            let frame = self.0.frame().await?.unwrap();
            let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
            assert!(text.ends_with("\n\n"), "a piece holds whole events: {text:?}");
            let events: Vec<Event> = text.split("\n\n").filter_map(event).collect();
            if !events.is_empty() {
                return Some(events);
            }
        }
    }

    /// Everything until the end.
    async fn rest(&mut self) -> Vec<Event> {
        let mut all = Vec::new();
        while let Some(events) = self.next().await {
            all.extend(events);
        }
        all
    }
}

fn event(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let lines = block.lines().filter_map(|line| line.strip_prefix(name));
        let mut values = lines.map(|rest| rest.trim_start_matches(": ").to_owned());
        let value = values.next();
        assert!(values.next().is_none(), "a field stands once: {block}");
        value
    };
    let data = serde_json::from_str(&field("data")?).unwrap();
    Some((field("id").unwrap_or_default(), field("event").unwrap(), data))
}

fn names(events: &[Event]) -> Vec<String> {
    let name = |(id, name, data): &Event| match name.as_str() {
        "stage" => format!(
            "{} {}",
            data["stage"].as_str().unwrap(),
            data["status"].as_str().unwrap()
        ),
        "clause" | "missing_clause" => {
            let number = data["number"].to_string();
            assert!(id.ends_with(&format!("/{number}")), "{id}");
            number
        }
        other => {
            assert!(id.is_empty(), "only findings have an id");
            other.to_owned()
        }
    };
    events.iter().map(name).collect()
}

#[tokio::test]
async fn a_stream_tells_every_stage_every_finding_and_the_end() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut stream = app.stream(&person, &contract, "").await;
    assert_eq!(names(&stream.next().await.unwrap()), ["ingestion pending"]);
    let mut worker = Worker::takes(&app).await;
    assert_eq!(names(&stream.next().await.unwrap()), ["ingestion processing"]);
    worker.enters(Stage::Graph).await;
    let passed = [
        "ingestion completed",
        "quality completed",
        "taxonomy completed",
        "graph processing",
    ];
    assert_eq!(names(&stream.next().await.unwrap()), passed);
    worker.enters(Stage::Embedding).await;
    worker.finds().await;
    worker.finds().await;
    let found = stream.next().await.unwrap();
    assert_eq!(
        names(&found),
        ["graph completed", "embedding processing", "1", "2"]
    );
    let clause = json!({
        "number": 1, "quote": "제1조", "risk": "risk", "severity": "high", "explanation": "because", "recommendation": "do",
    });
    assert_eq!((found[2].1.as_str(), &found[2].2), ("clause", &clause));
    let missing = json!({"number": 2, "text": "특약 2\n둘째 줄"});
    assert_eq!((found[3].1.as_str(), &found[3].2), ("missing_clause", &missing));
    worker.finds().await;
    assert_eq!(names(&stream.next().await.unwrap()), ["3"]);
    worker.completes(&[3, 1]).await;
    let end = stream.next().await.unwrap();
    assert_eq!(names(&end), ["embedding completed", "conclusion", "done"]);
    let conclusion = json!({
        "risk_level": "high", "risk_score": 71, "summary": "요약", "model": "rules-1", "findings": [3, 1],
    });
    assert_eq!(
        (&end[1].2, &end[2].2),
        (&conclusion, &json!({"state": "completed"}))
    );
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn whoever_comes_back_gets_exactly_what_is_missing() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    let begun = app.start(&person, &contract).await.expect(202);
    let mut worker = Worker::takes(&app).await;
    worker.enters(Stage::Embedding).await;
    for _ in 0..5 {
        worker.finds().await;
    }
    worker.completes(&[1, 2, 3, 4, 5]).await;
    let id = begun.text("id");
    for after in 0..=6_u32 {
        let mut stream = app.stream(&person, &contract, &format!("{id}/{after}")).await;
        let rest = names(&stream.rest().await);
        let found: Vec<u32> = rest.iter().filter_map(|name| name.parse().ok()).collect();
        assert_eq!(found, (after + 1..=5).collect::<Vec<_>>(), "after {after}");
        assert_eq!(rest[rest.len() - 2..], ["conclusion", "done"]);
    }
    // The events of another analysis, and what is no event, say nothing about this one.
    for last in [
        "3",
        "nonsense/3",
        &format!("{}/3", app.world.id::<()>()),
        &format!("{id}/x"),
    ] {
        let mut stream = app.stream(&person, &contract, last).await;
        assert_eq!(
            names(&stream.rest().await)
                .iter()
                .filter(|name| name.len() == 1)
                .count(),
            5,
            "{last}"
        );
    }
}

#[tokio::test]
async fn a_cut_is_told_and_what_came_stands() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut worker = Worker::takes(&app).await;
    worker.enters(Stage::Embedding).await;
    worker.finds().await;
    worker.fails(Failure::Cut).await;
    let events = app.stream(&person, &contract, "").await.rest().await;
    let tail = &names(&events)[4..];
    assert_eq!(tail, ["embedding failed", "1", "error", "done"]);
    assert_eq!(events[6].2["code"], "analysis_cut");
    assert_eq!(events[7].2, json!({"state": "failed"}));
}

#[tokio::test]
async fn a_second_attempt_is_told_from_its_first_stage_and_repeats_no_finding() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut dead = Worker::takes(&app).await;
    dead.enters(Stage::Embedding).await;
    dead.finds().await;
    let mut stream = app.stream(&person, &contract, "").await;
    assert_eq!(
        names(&stream.next().await.unwrap())[4..],
        ["embedding processing", "1"]
    );
    app.world.wait(LEASE);
    let mut next = Worker::takes(&app).await;
    assert_eq!(names(&stream.next().await.unwrap()), ["ingestion processing"]);
    next.enters(Stage::Embedding).await;
    next.finds().await;
    let told = names(&stream.next().await.unwrap());
    assert_eq!(told.last().unwrap(), "2");
    assert_eq!(told.len(), 6);
}

#[tokio::test]
async fn a_stream_says_something_now_and_then_and_ends_by_itself() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await;
    let stream = app.stream(&person, &contract, "").await;
    app.world.statements.take();
    let begin = app.world.clock.now();
    let pieces: Vec<_> = stream
        .0
        .into_data_stream()
        .map(|piece| piece.unwrap())
        .collect()
        .await;
    let seconds = app.world.clock.now().seconds() - begin.seconds();
    assert!((119..=121).contains(&seconds), "{seconds}");
    let heartbeats = pieces.iter().filter(|piece| piece.as_ref() == b":\n\n").count();
    assert!((6..=8).contains(&heartbeats), "{heartbeats}");
    let looks = app.world.statements.take().len();
    assert!(
        (110..=130).contains(&looks),
        "one statement a look, one look a second: {looks}"
    );
}

#[tokio::test]
async fn whoever_leaves_ends_the_looking() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut stream = app.stream(&person, &contract, "").await;
    stream.next().await.unwrap();
    app.world.statements.take();
    drop(stream);
    app.world.clock.advance_seconds(60);
    tokio::task::yield_now().await;
    assert!(app.world.statements.take().is_empty());
}

#[tokio::test]
async fn a_contract_that_is_deleted_ends_its_stream() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut stream = app.stream(&person, &contract, "").await;
    stream.next().await.unwrap();
    let delete = "UPDATE contracts SET deleted_at = created_at";
    app.world.fresh.db.query(delete, Vec::new()).await.unwrap();
    let end = stream.rest().await;
    assert_eq!(names(&end), ["error"]);
    assert_eq!(end[0].2["code"], "not_found");
}

#[tokio::test]
async fn a_head_has_no_body() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    let mut head: Request<Body> = request(Method::HEAD, &format!("{contract}/analysis/stream"));
    let token = format!("Bearer {}", person.token).parse().unwrap();
    head.headers_mut().insert(header::AUTHORIZATION, token);
    let answer = app.ask(head).await.expect(200);
    assert!(answer.json.is_null());
}

#[tokio::test]
async fn whoever_watches_an_abandoned_analysis_wakes_somebody_now_and_then() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await;
    app.world.wait(LEASE);
    let rings = app.bell.count();
    app.stream(&person, &contract, "").await.rest().await;
    // At once, then every five seconds or so, for two minutes.
    let rung = app.bell.count() - rings;
    assert!((18..=25).contains(&rung), "{rung}");
}
