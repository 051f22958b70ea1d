//! `GET /api/v1/contracts/{id}/analysis` (CON-4): the newest analysis of one's own contract, as far as it has come.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::{Code, PathId, Problem, reply};
use store::analysis;

use super::view::View;
use crate::state::Contracts;

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let latest = analysis::latest(&contracts.db, id, caller.user, 0, now)
        .await
        .map_err(problem::database)?;
    let latest = latest.ok_or_else(|| Problem::new(Code::NotFound))?;
    contracts.desk.wake(&latest, &context.trace().traceparent());
    reply::json(StatusCode::OK, &View::new(latest, context.language()))
}
