//! `GET /api/v1/contracts/{id}/analysis` (CON-4): the newest analysis of one's own contract, as far as it has come.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::analysis;

use super::view::{self, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Analyses",
            "getAnalysis",
            "The newest analysis of one's own contract",
        )
        .says("As far as it has come.")
        .with("id", CONTRACT_ID)
        .answers(Answer::ok::<View>("The analysis.", view::example()));
}

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
