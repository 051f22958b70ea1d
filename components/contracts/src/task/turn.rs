//! `POST /api/v1/contracts/{id}/tasks/{task}/complete|reopen` (CON-3): each counts once; asked a second time it is a forbidden step.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use domain::timeline::Task;
use guard::{Caller, Context, problem};
use http_kit::etag::{self, IfMatch};
use http_kit::{Code, PathIds, Problem};
use store::task::{self, Place, Turn};

use super::view::{Reader, View};
use crate::state::Contracts;

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
