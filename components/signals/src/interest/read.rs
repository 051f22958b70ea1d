//! `GET /api/v1/signals/{id}/interests/{interest}` (SIG-4): one interest, for who wrote it and for whose signal it answers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::interest::Interest;
use domain::signal::Signal;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathIds, Problem, reply};
use store::interest;

use super::view::{self, EXAMPLE_ID, View};
use crate::signal::view::EXAMPLE_ID as SIGNAL_ID;
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Interests", "getInterest", "Read an interest")
        .says("For who wrote it and for the owner of the signal; each sees the other's contact once it was accepted.")
        .with("id", SIGNAL_ID)
        .with("interest", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The interest.", view::example()));
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    PathIds(signal, id): PathIds<Signal, Interest>,
) -> Result<Response, Problem> {
    let found = interest::find(&signals.db, id, signal, caller.user)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::json(StatusCode::OK, &View::from(found))
}
