//! `GET /api/v1/admin/agents/{id}` (AUTH-19): any agent.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::agent::Agent;
use guard::{Admin, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathId, Problem};
use store::agent;

use super::view::{self, EXAMPLE_ID, View};
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "getAgent", "One registration")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The registration.", view::example()).tagged());
}

pub async fn handle(
    _: Admin,
    known: IfNoneMatch,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let agent = agent::find(&auth.db, id)
        .await
        .map_err(problem::database)?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    etag::read(&known, agent.version, &View::from(agent))
}
