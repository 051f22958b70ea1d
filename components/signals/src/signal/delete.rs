//! `DELETE /api/v1/signals/{id}` (SIG-2, CONV-6): delete one's own signal, softly (CONV-11).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::signal::Signal;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::IfMatch;
use http_kit::{PathId, Problem, reply};
use store::signal;

use super::view::EXAMPLE_ID;
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "deleteSignal", "Delete one's own signal")
        .with("id", EXAMPLE_ID)
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    condition: IfMatch,
    PathId(id): PathId<Signal>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let audit = context.audit(Action::SignalDeleted, &*signals.random);
    let deleted = signal::delete(&signals.db, id, caller.user, condition.expected(), &audit, now)
        .await
        .map_err(problem::database)?;
    if deleted {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let exists = signal::find_own(&signals.db, id, caller.user)
        .await
        .map_err(problem::database)?
        .is_some();
    Err(condition.missed(exists))
}
