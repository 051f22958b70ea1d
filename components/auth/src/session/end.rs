//! `DELETE /api/v1/auth/sessions/{id}` (AUTH-12): end one sign-in, also the one that asks. Ending it again changes nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::session::Session;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::session;

use super::ending;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "endSession", "End one of one's own sign-ins")
        .with("id", super::list::EXAMPLE_ID)
        .answers(Answer::done("Its tokens are refused from now on."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    PathId(ended): PathId<Session>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::SessionEnded, &*auth.random);
    let did_end = session::end(&auth.db, caller.user, ended, "ended_by_person", &audit, now)
        .await
        .map_err(problem::database)?;
    // One that has ended is revoked again: the store may have been down the first time.
    let is_own = did_end
        || session::owns(&auth.db, caller.user, ended)
            .await
            .map_err(problem::database)?;
    if !is_own {
        return Err(Problem::new(Code::NotFound));
    }
    ending::revoke(&auth, caller.user, ended, now).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
