//! `POST /api/v1/admin/agents/{id}/revoke` (AUTH-19): take the verification back; the person is an ordinary user from the next request on.
//! Doing it again changes nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::agent::Agent;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfMatch};
use http_kit::{Code, PathId, Problem};
use store::{agent, user};

use super::view::{self, EXAMPLE_ID, View};
use crate::revocation;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "unverifyAgent", "Take a verification back")
        .says("Voids the person's tokens that say otherwise.")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The registration.", view::example()).tagged());
}

pub async fn handle(
    _: Admin,
    context: Context,
    precondition: IfMatch,
    PathId(id): PathId<Agent>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::AgentUnverified, &*auth.random);
    let unverified = agent::unverify(&auth.db, id, precondition.expected(), &audit, now)
        .await
        .map_err(problem::database)?;
    let (agent, is_expected) = match unverified {
        Some(agent) => (agent, true),
        None => {
            let found = agent::find(&auth.db, id).await.map_err(problem::database)?;
            let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
            let is_expected = precondition.expected().allows(found.version);
            (found, is_expected)
        }
    };
    // The trigger that takes the role away raises the version, so it is read afterwards. Also when nothing was changed: the store may
    // have been down the first time, and then the version is that of after.
    let version = user::token_version(&auth.db, agent.user)
        .await
        .map_err(problem::database)?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    revocation::of_user(&auth, agent.user, version).await?;
    if !is_expected {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    etag::changed(StatusCode::OK, agent.version, &View::from(agent))
}
