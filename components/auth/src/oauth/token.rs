//! `POST /api/v1/auth/token` (RFC 6749, section 6): refresh, for clients that speak the standard. It is `POST /auth/refresh` in other
//! clothes; passwords stay with `POST /auth/login` (RFC 9700, section 2.4).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guard::{Anonymous, Context};
use http_kit::{Code, Problem};

use super::form::{Form, refuse};
use crate::session::refresh;
use crate::state::Auth;

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
