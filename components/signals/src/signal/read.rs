//! `GET /api/v1/signals/{id}` (SIG-2): one signal.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::signal::Signal;
use guard::{Caller, problem};
use http_kit::{Code, PathId, Problem, reply};
use store::signal;

use super::view::View;
use crate::state::Signals;

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    PathId(id): PathId<Signal>,
) -> Result<Response, Problem> {
    let viewer = caller.viewer(signals.clock.now());
    let found = signal::find(&signals.db, id, viewer)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::json(StatusCode::OK, &View::new(&found, caller.user))
}
