//! `DELETE /api/v1/admin/agents/{id}` (AUTH-19): turn a registration down. The licence and the person are free to register again. A verified
//! agent loses the verification first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::agent::Agent;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::{Code, PathId, Problem, reply};
use store::agent;

use crate::state::Auth;

pub async fn handle(
    _: Admin,
    context: Context,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::AgentDeleted, &*auth.random);
    let deleted = agent::delete(&auth.db, id, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    if deleted {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let found = agent::find(&auth.db, id).await.map_err(problem::database)?;
    let code = found.map_or(Code::NotFound, |_| Code::ForbiddenStep);
    Err(Problem::new(code))
}
