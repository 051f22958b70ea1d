//! The answer to a sign-in or a refresh.

use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use guard::token::AccessToken;
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use store::session::Refreshed;

use crate::secret::Token;
use crate::state::Auth;

/// RFC 6749, section 5.1, and when the refresh token ends.
#[derive(Serialize)]
struct Answer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'a str,
    refresh_expires_in: i64,
}

/// A fresh access token together with the current refresh token.
pub fn issue(
    auth: &Auth,
    session: &Refreshed,
    refresh_token: &Token,
    now: Timestamp,
) -> Result<Response, Problem> {
    let expires_at = now.plus(auth.lifetimes.access);
    let token = AccessToken {
        user: session.user,
        session: session.session,
        tier: session.grants.tier,
        role: session.grants.role,
        version: session.grants.token_version,
        expires_at,
    };
    let access_token = auth
        .signer
        .sign(&token, now, &*auth.random)
        .map_err(|error| Problem::new(Code::InternalError).because(error.0))?;
    reply::json(
        StatusCode::OK,
        &Answer {
            access_token: &access_token,
            token_type: "Bearer",
            expires_in: expires_at.seconds() - now.seconds(),
            refresh_token: refresh_token.expose(),
            refresh_expires_in: session.idle_expires_at.seconds() - now.seconds(),
        },
    )
}
