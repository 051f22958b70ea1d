//! `DELETE /api/v1/auth/sessions/others` (AUTH-12): end every sign-in but the one that asks.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, reply};
use store::session;

use super::ending;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "endOtherSessions", "End every sign-in but this one")
        .refuses(&[Code::NotFound])
        .answers(Answer::done("Only this one is left."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::OtherSessionsEnded, &*auth.random);
    let is_there = session::end_others(&auth.db, caller.user, caller.session, &audit, now)
        .await
        .map_err(problem::database)?;
    if !is_there {
        return Err(Problem::new(Code::NotFound));
    }
    // By session and not by version, which would void the caller's token too. Those that ended a while ago are among them, so that trying
    // again after a failure of the store finishes what was begun.
    let since = ending::oldest_living(&auth, now);
    let ended = session::ended_since(&auth.db, caller.user, caller.session, since)
        .await
        .map_err(problem::database)?;
    auth.guard
        .revocations
        .revoke_sessions(caller.user, &ended, now, &*auth.random)
        .await
        .map_err(problem::store)?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
