//! `DELETE /api/v1/signals/{id}/interests/{interest}` (SIG-4): take one's own interest back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::interest::Interest;
use domain::signal::Signal;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathIds, Problem, reply};
use store::interest;

use super::view::EXAMPLE_ID;
use crate::signal::view::EXAMPLE_ID as SIGNAL_ID;
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Interests", "withdrawInterest", "Take one's own interest back")
        .with("id", SIGNAL_ID)
        .with("interest", EXAMPLE_ID)
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    PathIds(signal, id): PathIds<Signal, Interest>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::InterestWithdrawn, &*signals.random);
    let withdrawn = interest::withdraw(&signals.db, id, signal, caller.user, &audit)
        .await
        .map_err(problem::database)?;
    if withdrawn {
        Ok(reply::empty(StatusCode::NO_CONTENT))
    } else {
        Err(Problem::new(Code::NotFound))
    }
}
