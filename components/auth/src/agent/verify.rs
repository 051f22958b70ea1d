//! `POST /api/v1/admin/agents/{id}/verify` (AUTH-19): the licence is in order; the person's role becomes `agent`, in tokens from the next
//! refresh on. Verifying again changes nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::agent::Agent;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfMatch};
use http_kit::{Code, PathId, Problem};
use store::agent::{self, Stored};

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
    precondition: IfMatch,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::AgentVerified, &*auth.random);
    let verified = agent::verify(&auth.db, id, precondition.expected(), &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let agent = match verified {
        Some(agent) => agent,
        None => as_it_is(&auth, id, &precondition).await?,
    };
    etag::changed(StatusCode::OK, agent.version, &View::from(agent))
}

/// An agent who is verified already, if the version is an expected one.
async fn as_it_is(auth: &Auth, id: Id<Agent>, precondition: &IfMatch) -> Result<Stored, Problem> {
    let found = agent::find(&auth.db, id).await.map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    if precondition.expected().allows(found.version) {
        Ok(found)
    } else {
        Err(Problem::new(Code::PreconditionFailed))
    }
}
