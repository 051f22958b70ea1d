//! Analyses through the gate (CON-4): begun and shown.

use axum::http::Method;
use domain::analysis::run::{Failure, LEASE};
use domain::progress::{Progress, Status};
use domain::{Clock, Id};
use kv::Store;
use serde_json::json;
use testkit::{Answer, Person, get};

use super::worker::Worker;
use super::{App, sale};

/// What a contract says.
const WORDS: &str = "매매계약서\n제1조 …";

impl App {
    pub async fn documented(&self, person: &Person) -> String {
        let mut body = sale();
        body["document_text"] = json!(WORDS);
        self.post(person, &body)
            .await
            .expect(201)
            .header("location")
            .to_owned()
    }

    pub async fn start(&self, person: &Person, contract: &str) -> Answer {
        let mut request = get(&format!("{contract}/analysis"), &person.token);
        *request.method_mut() = Method::POST;
        self.ask(request).await
    }

    pub async fn latest(&self, person: &Person, contract: &str) -> Answer {
        self.get(&format!("{contract}/analysis"), person).await
    }
}

#[tokio::test]
async fn an_analysis_is_begun_after_the_answer_and_once() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    let begun = app.start(&person, &contract).await.expect(202);
    let id = begun.text("id");
    let progress = format!("/api/v1/progress/{id}");
    assert_eq!(begun.header("location"), progress);
    let expected = json!({
        "id": id, "contract_id": contract.rsplit('/').next().unwrap(), "state": "pending",
        "links": {
            "analysis": format!("{contract}/analyses/{id}"), "stream": format!("{contract}/analysis/stream"),
            "progress": progress,
        },
    });
    assert_eq!(begun.json, expected);
    assert_eq!(app.bell.count(), 1);
    // The progress is there before anybody has begun.
    let store = Store::new("progress", app.records.clone());
    let record = store
        .get(&id, app.world.clock.now().seconds())
        .await
        .unwrap()
        .unwrap();
    let record = Progress::decode(&String::from_utf8(record).unwrap()).unwrap();
    assert_eq!((record.owner, record.overall()), (person.user, Status::Pending));
    let again = app.start(&person, &contract).await.expect(202);
    assert_eq!(again.json, begun.json);
    let worker = Worker::takes(&app).await;
    let rings = app.bell.count();
    let again = app.start(&person, &contract).await.expect(202);
    assert_eq!(
        (again.text("id"), again.text("state")),
        (id, "processing".to_owned())
    );
    assert_eq!(app.bell.count(), rings, "somebody works on it");
    worker.completes(&[]).await;
}

#[tokio::test]
async fn a_completed_analysis_is_the_answer() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    let begun = app.start(&person, &contract).await.expect(202);
    let mut worker = Worker::takes(&app).await;
    for _ in 0..3 {
        worker.finds().await;
    }
    worker.completes(&[3, 2]).await;
    let now = app.world.clock.now().to_string();
    let expected = json!({
        "id": begun.text("id"), "contract_id": begun.text("contract_id"), "contract_version": 1,
        "state": "completed", "stage": "ingestion", "language": "en", "risk_level": "high", "risk_score": 71,
        "summary": "요약", "findings": 2, "model": "rules-1", "failure": null, "created_at": now, "finished_at": now,
        "clauses": [{"quote": "제3조", "risk": "risk", "severity": "high", "explanation": "because", "recommendation": "do"}],
        "missing_clauses": ["특약 2\n둘째 줄"],
    });
    let answer = app.start(&person, &contract).await.expect(200);
    assert_eq!(answer.json, expected);
    let path = format!("{contract}/analyses/{}", begun.text("id"));
    assert_eq!(answer.header("content-location"), path);
    assert_eq!(app.get(&path, &person).await.expect(200).json, expected);
    assert_eq!(app.latest(&person, &contract).await.expect(200).json, expected);
    assert_eq!(app.bell.count(), 1);
}

/// CON-4: a contract that says again what it said before has the analysis that it had, whatever was analysed in between.
#[tokio::test]
async fn what_is_answered_at_once_is_where_the_answer_says() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    let first = app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await.completes(&[]).await;
    app.world.clock.advance_seconds(1);
    let other = json!({"document_text": "제1조 다른 말"});
    app.patch(&contract, &person, &other).await.expect(200);
    let second = app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await.completes(&[]).await;
    app.world.clock.advance_seconds(1);
    app.patch(&contract, &person, &json!({ "document_text": WORDS }))
        .await
        .expect(200);
    let again = app.start(&person, &contract).await.expect(200);
    assert_eq!(again.text("id"), first.text("id"));
    let shown = app.get(again.header("content-location"), &person).await;
    assert_eq!(shown.expect(200).json, again.json);
    let newest = app.latest(&person, &contract).await.expect(200);
    assert_eq!(newest.text("id"), second.text("id"), "the newest is the newest");
}

/// CONV-9.
#[tokio::test]
async fn one_analysis_is_its_persons_and_its_contracts() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let (contract, another) = (app.documented(&person).await, app.documented(&person).await);
    let id = app.start(&person, &contract).await.expect(202).text("id");
    app.get(&format!("{contract}/analyses/{id}"), &person)
        .await
        .expect(200);
    for (path, who) in [(&another, &person), (&contract, &other)] {
        app.get(&format!("{path}/analyses/{id}"), who)
            .await
            .refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_failed_analysis_says_why_and_is_begun_anew() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    let begun = app.start(&person, &contract).await.expect(202);
    let mut worker = Worker::takes(&app).await;
    worker.finds().await;
    worker.fails(Failure::Cut).await;
    let shown = app.latest(&person, &contract).await.expect(200);
    assert_eq!(
        (shown.text("state"), shown.json["risk_level"].is_null()),
        ("failed".to_owned(), true)
    );
    assert_eq!(shown.json["failure"]["code"], "analysis_cut");
    assert!(
        shown.json["failure"]["detail"]
            .as_str()
            .unwrap()
            .contains("broke off")
    );
    assert_eq!(
        shown.json["clauses"].as_array().unwrap().len(),
        1,
        "what came is kept"
    );
    app.world.clock.advance_seconds(1);
    let again = app.start(&person, &contract).await.expect(202);
    assert_ne!(again.text("id"), begun.text("id"));
    let list = app
        .get(&format!("{contract}/analyses?limit=1"), &person)
        .await
        .expect(200);
    assert_eq!(list.json["items"][0]["id"], again.json["id"]);
    let cursor = list.text("next_cursor");
    let next = app
        .get(&format!("{contract}/analyses?limit=1&cursor={cursor}"), &person)
        .await
        .expect(200);
    assert_eq!(next.json["items"][0]["id"], begun.json["id"]);
    assert!(next.json["next_cursor"].is_null() && next.json["items"][0].get("clauses").is_none());
}

#[tokio::test]
async fn without_a_text_there_is_nothing_to_analyse() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let bare = app
        .post(&person, &sale())
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.start(&person, &bare).await.refused(409, "document_missing");
    let list = app.get(&format!("{bare}/analyses"), &person).await.expect(200);
    assert_eq!(list.json, json!({"items": [], "next_cursor": null}));
    app.latest(&person, &bare).await.refused(404, "not_found");
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    app.start(&other, &contract).await.refused(404, "not_found");
    for path in ["analysis", "analyses", "analysis/stream"] {
        app.get(&format!("{contract}/{path}"), &other)
            .await
            .refused(404, "not_found");
    }
    let unknown = format!(
        "{}/{}",
        super::PATH,
        Id::<()>::from_uuid(app.world.id::<()>().uuid())
    );
    app.start(&person, &unknown).await.refused(404, "not_found");
}

/// PROG-2.
#[tokio::test]
async fn without_the_store_of_progress_an_analysis_is_begun_all_the_same() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.records.break_down(true);
    app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await;
}

#[tokio::test]
async fn whoever_looks_at_an_abandoned_analysis_wakes_somebody() {
    let app = App::new();
    let person = app.person().await;
    let contract = app.documented(&person).await;
    app.start(&person, &contract).await.expect(202);
    Worker::takes(&app).await;
    let rings = app.bell.count();
    app.latest(&person, &contract).await.expect(200);
    assert_eq!(app.bell.count(), rings);
    app.world.wait(LEASE);
    app.latest(&person, &contract).await.expect(200);
    assert_eq!(app.bell.count(), rings + 1);
    app.start(&person, &contract).await.expect(202);
    assert_eq!(app.bell.count(), rings + 2);
}
