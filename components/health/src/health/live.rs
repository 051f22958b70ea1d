//! `GET /health/live` (OPS-1): the process answers. Depends on nothing.

use axum::http::StatusCode;
use axum::response::Response;
use guard::Anonymous;
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Liveness)]
struct Live {
    status: &'static str,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Health", "getLiveness", "Whether the process answers")
        .says("Without looking at anything else.")
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<Live>("It does.", json!({"status": "pass"})));
}

pub async fn handle(_: Anonymous) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &Live { status: "pass" })
}
