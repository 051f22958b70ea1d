//! `DELETE /api/v1/auth/identities/{id}` (AUTH-14): sign in with that provider no more. Sign-ins go on, also those that it began; its
//! tokens are forgotten. What is left must be enough to come back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::provider::ProviderIdentity;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::identity;

use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Providers", "unlinkIdentity", "Give an identity up")
        .says("Never the last way in.")
        .with("id", super::identities::EXAMPLE_ID)
        .refuses(&[Code::LastWayIn])
        .answers(Answer::done("It is given up."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    PathId(id): PathId<ProviderIdentity>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::ProviderUnlinked, &*auth.random);
    let unlinked = identity::unlink(&auth.db, id, caller.user, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    if unlinked {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let kept = identity::find(&auth.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    Err(Problem::new(match kept {
        Some(_) => Code::LastWayIn,
        None => Code::NotFound,
    }))
}
