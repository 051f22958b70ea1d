//! `GET /api/v1/progress/{resource_id}` (PROG-1): how far something of one's own has come.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::progress::{Kind, Progress, Resource, Stage, Status};
use domain::{Id, Timestamp};
use guard::{Caller, Context};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::log::{Level, event};
use http_kit::{Code, PathId, Problem, reply};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Board;

#[derive(Serialize, ToSchema)]
#[schema(as = Progress)]
struct View {
    #[schema(value_type = String, format = "uuid")]
    resource_id: Id<Resource>,
    kind: Kind,
    status: Status,
    stages: Vec<Step>,
    version: i64,
    updated_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProgressStep)]
struct Step {
    stage: Stage,
    status: Status,
    #[schema(required)]
    started_at: Option<Timestamp>,
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

/// Nobody knows (PROG-2): neither how far it has come nor whose it is, so nothing else is said.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressUnknown)]
struct Unknown {
    #[schema(pattern = "^unknown$")]
    status: &'static str,
}

/// One of the two answers.
#[derive(ToSchema)]
#[schema(as = ProgressAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "the schema of what has no type of its own")]
enum Shown {
    Known(View),
    Unknown(Unknown),
}

fn example() -> serde_json::Value {
    let stage = |name: &str| {
        serde_json::json!({
            "stage": name, "status": "completed", "started_at": "2026-11-25T09:00:00.000000Z",
            "finished_at": "2026-11-25T09:00:01.000000Z",
        })
    };
    serde_json::json!({
        "resource_id": "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e75", "kind": "contract_analysis", "status": "completed",
        "stages": [stage("ingestion"), stage("quality"), stage("taxonomy"), stage("graph"), stage("embedding")],
        "version": 11, "updated_at": "2026-11-25T09:00:01.000000Z",
    })
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Progress", "getProgress", "How far one's own work has come")
        .says(
            "Kept for 24 hours. `failed` if a stage failed, else `processing` if one runs or only some are done, else `completed` if all \
             are, else `pending`. While the store cannot be read, the work goes on and only `status` is there: `unknown`.",
        )
        .with("resource_id", "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e75")
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<Shown>("How far it has come.", example()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(board): State<Arc<Board>>,
    PathId(id): PathId<Resource>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let now = board.clock.now().seconds();
    let stored = match board.records.get(&id.to_string(), now).await {
        Ok(stored) => stored,
        Err(error) => {
            let fields = context.about([("detail", error.0.into())]);
            event(Level::Warn, "progress_unknown", fields);
            return unknown();
        }
    };
    let record = stored.and_then(|bytes| Progress::decode(&String::from_utf8(bytes).ok()?));
    let record = record.filter(|record| record.owner == caller.user);
    let record = record.ok_or_else(|| Problem::new(Code::NotFound))?;
    etag::read(&known, record.version, &view(id, &record))
}

fn unknown() -> Result<Response, Problem> {
    let mut response = reply::json(StatusCode::OK, &Unknown { status: "unknown" })?;
    // It may be known the next moment.
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

fn view(resource_id: Id<Resource>, record: &Progress) -> View {
    let stages = record.stages().map(|(stage, step)| Step {
        stage,
        status: step.status,
        started_at: step.started_at,
        finished_at: step.finished_at,
    });
    View {
        resource_id,
        kind: record.kind,
        status: record.overall(),
        stages: stages.collect(),
        version: record.version,
        updated_at: record.updated_at,
    }
}
