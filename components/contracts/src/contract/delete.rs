//! `DELETE /api/v1/contracts/{id}` (CON-1, CONV-6): delete one's own contract with its tasks, softly (CONV-11).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::IfMatch;
use http_kit::{PathId, Problem, reply};
use store::contract;

use super::view::EXAMPLE_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Contracts", "deleteContract", "Delete one's own contract")
        .with("id", EXAMPLE_ID)
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let audit = context.audit(Action::ContractDeleted, &*contracts.random);
    let deleted = contract::delete(&contracts.db, id, caller.user, condition.expected(), &audit, now)
        .await
        .map_err(problem::database)?;
    if deleted {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let exists = contract::find(&contracts.db, id, caller.user)
        .await
        .map_err(problem::database)?
        .is_some();
    Err(condition.missed(exists))
}
