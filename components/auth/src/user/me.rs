//! `GET /api/v1/auth/me` (AUTH-11): one's own account.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, Problem};
use store::user;

use super::view::{self, View};
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "getAccount", "One's own account")
        .refuses(&[Code::NotFound])
        .answers(Answer::ok::<View<'_>>("The account.", view::example()).tagged());
}

pub async fn handle(
    caller: Caller,
    known: IfNoneMatch,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let profile = user::find(&auth.db, caller.user)
        .await
        .map_err(problem::database)?;
    let profile = profile.ok_or_else(|| Problem::new(Code::NotFound))?;
    etag::read(&known, profile.version, &View::new(&profile))
}
