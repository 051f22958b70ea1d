//! `GET /health/live` (OPS-1): the process answers. Depends on nothing.

use axum::http::StatusCode;
use axum::response::Response;
use guard::Anonymous;
use http_kit::{Problem, reply};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Liveness)]
struct Live {
    status: &'static str,
}

pub async fn handle(_: Anonymous) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &Live { status: "pass" })
}
