//! `GET /api/v1/progress/{resource_id}` (PROG-1): how far something of one's own has come.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::progress::{Kind, Progress, Resource, Stage, Status};
use domain::{Id, Timestamp};
use guard::{Caller, Context};
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
    status: &'static str,
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
