//! `GET /api/v1/contracts/{id}/tasks/{task}` (CON-3).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::contract::Contract;
use domain::timeline::Task;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathIds, Problem};
use store::task::{self, Place};

use super::view::{self, EXAMPLE_ID, Reader, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "getTask", "One task")
        .with("id", CONTRACT_ID)
        .with("task", EXAMPLE_ID)
        .answers(
            Answer::ok::<View>("The task.", view::example())
                .tagged()
                .in_language(),
        );
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    known: IfNoneMatch,
    PathIds(contract, task): PathIds<Contract, Task>,
) -> Result<Response, Problem> {
    let place = Place::new(contract, task, caller.user);
    let found = task::find(&contracts.db, place)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let reader = Reader::new(context.language(), contracts.clock.now());
    let version = (found.version, reader.variant(&found));
    let response = etag::read_variant(&known, version, &View::new(found, reader))?;
    Ok(reader.mark(response))
}
