//! `POST /api/v1/admin/users/{id}/revoke-tokens` (AUTH-13): sign a person out everywhere, at once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::user::User;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::log::{Level, event};
use http_kit::{Code, PathId, Problem, reply};
use store::session;

use crate::revocation;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "revokeTokens", "Void every token of a person")
        .with("id", super::view::EXAMPLE_ID)
        .answers(Answer::done("All of them are refused from now on."));
}

pub async fn handle(
    _: Admin,
    context: Context,
    PathId(user): PathId<User>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::TokensRevoked, &*auth.random);
    let version = session::end_every(&auth.db, user, "revoked_by_admin", &audit, now)
        .await
        .map_err(problem::database)?;
    let version = version.ok_or_else(|| Problem::new(Code::NotFound))?;
    let fields = [("target_user_id", user.to_string().into())];
    event(Level::Warn, "tokens_revoked", context.about(fields));
    revocation::of_user(&auth, user, version).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
