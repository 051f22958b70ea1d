//! `POST /api/v1/admin/revoke-all-tokens` (AUTH-13): sign everybody out everywhere, the caller too. For emergencies: it touches every
//! account and every living session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::log::{Level, event};
use http_kit::{Problem, reply};
use store::token_floor;

use crate::revocation;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Administration",
            "revokeAllTokens",
            "Void every token of everybody",
        )
        .says("For emergencies: everybody has to sign in again, the caller too.")
        .answers(Answer::done("All of them are refused from now on."));
}

pub async fn handle(_: Admin, context: Context, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let audit = context.audit(Action::EveryTokenRevoked, &*auth.random);
    let floor = token_floor::raise(&auth.db, &audit, now)
        .await
        .map_err(problem::database)?;
    let fields = [("min_token_version", floor.into())];
    event(Level::Error, "every_token_revoked", context.about(fields));
    // If this fails half-way, the caller's own token may still be good, and calling again finishes it; if it is not, signing in is.
    revocation::of_everybody(&auth, floor).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
