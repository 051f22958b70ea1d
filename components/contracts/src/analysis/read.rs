//! `GET /api/v1/contracts/{id}/analyses/{analysis}` (CON-4): one analysis of one's own contract, whatever came after it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::analysis::run::Analysis;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathIds, Problem, reply};
use store::analysis;

use super::view::{self, EXAMPLE_ID, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Analyses",
            "getAnalysisById",
            "One analysis of one's own contract",
        )
        .says("As far as it has come. It stays what it was when the contract says something else.")
        .with("id", CONTRACT_ID)
        .with("analysis", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The analysis.", view::example()));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathIds(contract, analysis): PathIds<Contract, Analysis>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let found = analysis::watch(&contracts.db, analysis, caller.user, 0, now)
        .await
        .map_err(problem::database)?;
    let found = found.filter(|found| found.contract == contract);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    contracts.desk.wake(&found, &context.trace().traceparent());
    reply::json(StatusCode::OK, &View::new(found, context.language()))
}
