//! `POST /api/v1/auth/token` (RFC 6749, section 6): refresh, for clients that speak the standard. It is `POST /auth/refresh` in other
//! clothes; passwords stay with `POST /auth/login` (RFC 9700, section 2.4).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guard::{Anonymous, Context};
use http_kit::doc::Operation;
use http_kit::{Code, Problem};
use serde_json::json;
use utoipa::ToSchema;

use super::form::{Form, refuse};
use crate::session::refresh;
use crate::state::Auth;

/// What the token endpoint reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a form that is read by hand")]
struct RefreshGrant {
    /// `refresh_token`, the only grant.
    grant_type: String,
    /// The token to exchange.
    refresh_token: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("OAuth 2.0", "exchangeToken", "The token endpoint of RFC 6749")
        .says("Only refreshes; passwords and codes have routes of their own.")
        .reads::<RefreshGrant>("application/x-www-form-urlencoded")
        .example(
            json!({"grant_type": "refresh_token", "refresh_token": crate::session::issue::EXAMPLE_TOKEN}),
        )
        .refuses(&[Code::StoreUnavailable])
        .answers(crate::session::issue::documented("The next pair."))
        .answers(super::form::documented("invalid_grant"));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    form: Form,
) -> Result<Response, Problem> {
    match form.only("grant_type") {
        None => return refuse("invalid_request"),
        Some("refresh_token") => {}
        Some(_) => return refuse("unsupported_grant_type"),
    }
    let Some(token) = form.only("refresh_token") else {
        return refuse("invalid_request");
    };
    match refresh::refresh(&auth, &context, token).await {
        Err(problem) if problem.code() == Code::InvalidRefreshToken => refuse("invalid_grant"),
        answer => answer,
    }
}
