//! `GET /api/v1/agents/me` (AUTH-19): one's own registration.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, Problem};
use store::agent;

use super::view::{self, View};
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Agents", "getOwnAgent", "One's own registration as an agent")
        .refuses(&[Code::NotFound])
        .answers(Answer::ok::<View>("The registration.", view::example()).tagged());
}

pub async fn handle(
    caller: Caller,
    known: IfNoneMatch,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let agent = agent::find_own(&auth.db, caller.user)
        .await
        .map_err(problem::database)?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    etag::read(&known, agent.version, &View::from(agent))
}
