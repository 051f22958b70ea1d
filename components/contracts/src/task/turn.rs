//! `POST /api/v1/contracts/{id}/tasks/{task}/complete|reopen` (CON-3): each counts once; asked a second time it is a forbidden step.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use domain::timeline::Task;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation, changed};
use http_kit::etag::{self, IfMatch};
use http_kit::{Code, PathIds, Problem};
use serde_json::json;
use store::task::{self, Place, Turn};

use super::view::{self, EXAMPLE_ID, Reader, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of completing (OPS-6).
pub fn complete_doc(operation: &mut Operation) {
    operation
        .named("Tasks", "completeTask", "Note that a task is done")
        .with("id", CONTRACT_ID)
        .with("task", EXAMPLE_ID)
        .refuses(&[Code::ForbiddenStep])
        .answers(
            Answer::ok::<View>("The task.", example(Turn::Complete))
                .tagged()
                .in_language(),
        );
}

pub async fn complete(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathIds(contract, task): PathIds<Contract, Task>,
) -> Result<Response, Problem> {
    let place = Place::new(contract, task, caller.user);
    turn(&contracts, &context, place, &condition, Turn::Complete).await
}

/// What the document says of reopening (OPS-6).
pub fn reopen_doc(operation: &mut Operation) {
    operation
        .named("Tasks", "reopenTask", "Note that a task is not done after all")
        .with("id", CONTRACT_ID)
        .with("task", EXAMPLE_ID)
        .refuses(&[Code::ForbiddenStep])
        .answers(
            Answer::ok::<View>("The task.", example(Turn::Reopen))
                .tagged()
                .in_language(),
        );
}

pub async fn reopen(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathIds(contract, task): PathIds<Contract, Task>,
) -> Result<Response, Problem> {
    let place = Place::new(contract, task, caller.user);
    turn(&contracts, &context, place, &condition, Turn::Reopen).await
}

async fn turn(
    contracts: &Contracts,
    context: &Context,
    place: Place,
    condition: &IfMatch,
    turn: Turn,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let action = match turn {
        Turn::Complete => Action::TaskCompleted,
        Turn::Reopen => Action::TaskReopened,
    };
    let audit = context.audit(action, &*contracts.random);
    let wanted = (turn, condition.expected());
    if let Some(turned) = task::turn(&contracts.db, place, wanted, &audit, now)
        .await
        .map_err(problem::database)?
    {
        let reader = Reader::new(context.language(), now);
        let version = (turned.version, reader.variant(&turned));
        let response = etag::changed_variant(StatusCode::OK, version, &View::new(turned, reader))?;
        return Ok(reader.mark(response));
    }
    let found = task::find(&contracts.db, place)
        .await
        .map_err(problem::database)?;
    Err(match found {
        None => Problem::new(Code::NotFound),
        Some(found) if !condition.expected().allows(found.version) => Problem::new(Code::PreconditionFailed),
        Some(_) => Problem::new(Code::ForbiddenStep),
    })
}

/// The task of the documents after its turn.
fn example(turn: Turn) -> serde_json::Value {
    let changes = match turn {
        Turn::Complete => {
            json!({"state": "done", "completed_at": "2026-11-25T09:10:00.000000Z", "version": 2})
        }
        Turn::Reopen => json!({"version": 2}),
    };
    changed(view::example(), changes)
}
