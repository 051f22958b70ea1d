//! `POST /api/v1/admin/agents/{id}/verify` (AUTH-19): the licence is in order; the person's role becomes `agent`, in tokens from the next
//! refresh on. Verifying again changes nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::agent::Agent;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, etag};
use store::agent;

use super::view::{self, EXAMPLE_ID, View};
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Administration",
            "verifyAgent",
            "Note that a licence was found in order",
        )
        .says("Makes the person an agent.")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The registration.", view::example_verified()).tagged());
}

pub async fn handle(
    _: Admin,
    context: Context,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::AgentVerified, &*auth.random);
    let verified = agent::verify(&auth.db, id, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let agent = match verified {
        Some(agent) => agent,
        None => agent::find(&auth.db, id)
            .await
            .map_err(problem::database)?
            .ok_or_else(|| Problem::new(Code::NotFound))?,
    };
    etag::changed(StatusCode::OK, agent.version, &View::from(agent))
}
