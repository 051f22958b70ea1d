//! `POST /api/v1/auth/logout` (AUTH-7): end this sign-in; its access token is refused from the next request on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Caller, Context, problem};
use http_kit::{Problem, reply};
use store::session;

use crate::state::Auth;

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    // The database first: if the store fails after that, the client is told and may try again, and no new access token can
    // be had in between.
    let audit = context.audit(Action::SessionEnded, &*auth.random);
    session::end(&auth.db, caller.user, caller.session, "logout", &audit, now)
        .await
        .map_err(problem::database)?;
    let revocations = &auth.guard.revocations;
    revocations
        .revoke_session(caller.user, caller.session, now, &*auth.random)
        .await
        .map_err(problem::store)?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
