//! `POST /api/v1/auth/logout` (AUTH-7): end this sign-in; its access token is refused from the next request on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Caller, Context};
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};

use super::ending::end;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "logout", "End this sign-in")
        .answers(Answer::done("Its tokens are refused from now on."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::SessionEnded, &*auth.random);
    end(&auth, caller.user, caller.session, "logout", &audit, now).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
