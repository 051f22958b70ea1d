//! `POST /api/v1/auth/logout-all` and `DELETE /api/v1/auth/sessions/all` (AUTH-7, AUTH-12): end every sign-in, also the one that asks.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, reply};
use store::session;

use crate::revocation;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "logoutAll", "End every sign-in")
        .refuses(&[Code::NotFound])
        .answers(Answer::done("Every token is refused from now on."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::EverySessionEnded, &*auth.random);
    let version = session::end_every(&auth.db, caller.user, "logout_all", &audit, now)
        .await
        .map_err(problem::database)?;
    let version = version.ok_or_else(|| Problem::new(Code::NotFound))?;
    revocation::of_user(&auth, caller.user, version).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// The same under its other path.
pub fn delete_doc(operation: &mut Operation) {
    doc(operation);
    operation.named("Sessions", "endAllSessions", "End every sign-in");
}
