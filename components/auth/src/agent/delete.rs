//! `DELETE /api/v1/admin/agents/{id}` (AUTH-19): turn a registration down. The licence and the person are free to register again. A verified
//! agent loses the verification first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::agent::Agent;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::IfMatch;
use http_kit::{Code, PathId, Problem, reply};
use store::agent;

use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "deleteAgent", "Turn a registration down")
        .says("Not a verified one: its verification is taken back first.")
        .with("id", super::view::EXAMPLE_ID)
        .refuses(&[Code::ForbiddenStep])
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    _: Admin,
    context: Context,
    precondition: IfMatch,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::AgentDeleted, &*auth.random);
    let deleted = agent::delete(&auth.db, id, precondition.expected(), &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    if deleted {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let found = agent::find(&auth.db, id).await.map_err(problem::database)?;
    Err(Problem::new(match found {
        None => Code::NotFound,
        Some(found) if !precondition.expected().allows(found.version) => Code::PreconditionFailed,
        Some(_) => Code::ForbiddenStep,
    }))
}
