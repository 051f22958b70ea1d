//! `DELETE /api/v1/signals/{id}/interests/{interest}` (SIG-4): take one's own interest back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::interest::Interest;
use domain::signal::Signal;
use guard::{Caller, Context, problem};
use http_kit::{Code, PathIds, Problem, reply};
use store::interest;

use crate::state::Signals;

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
