//! `DELETE /api/v1/contracts/{id}/tasks/{task}` (CON-3, CONV-6).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use domain::timeline::Task;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::IfMatch;
use http_kit::{PathIds, Problem, reply};
use store::task::{self, Place};

use super::view::EXAMPLE_ID;
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "deleteTask", "Delete a task")
        .with("id", CONTRACT_ID)
        .with("task", EXAMPLE_ID)
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathIds(contract, task): PathIds<Contract, Task>,
) -> Result<Response, Problem> {
    let place = Place::new(contract, task, caller.user);
    let audit = context.audit(Action::TaskDeleted, &*contracts.random);
    let now = contracts.clock.now();
    let deleted = task::delete(&contracts.db, place, condition.expected(), &audit, now)
        .await
        .map_err(problem::database)?;
    if deleted {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let exists = task::find(&contracts.db, place)
        .await
        .map_err(problem::database)?
        .is_some();
    Err(condition.missed(exists))
}
