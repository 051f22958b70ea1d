//! `GET /api/v1/contracts/{id}/tasks/{task}` (CON-3).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::contract::Contract;
use domain::timeline::Task;
use guard::{Caller, Context, problem};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathIds, Problem};
use store::task::{self, Place};

use super::view::{Reader, View};
use crate::state::Contracts;

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
