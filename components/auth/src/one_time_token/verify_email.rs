//! `POST /api/v1/auth/verify-email` (AUTH-2): show that an address is one's own.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Json, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::one_time_token;
use utoipa::ToSchema;

use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OneTimeToken)]
pub struct Request {
    token: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "verifyEmail", "Show that the address is one's own")
        .says("The token is that of the mail; it works once, for 24 hours.")
        .example(json!({"token": crate::session::issue::EXAMPLE_TOKEN}))
        .refuses(&[Code::InvalidOneTimeToken])
        .answers(Answer::done("The address is verified."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let invalid = || Problem::new(Code::InvalidOneTimeToken);
    let token = Token::parse(&request.token).ok_or_else(invalid)?;
    let now = auth.clock.now();
    let audit = context.audit(Action::EmailVerified, &*auth.random);
    let verified = one_time_token::verify_email(&auth.db, &token.hash(), &audit, now)
        .await
        .map_err(problem::database)?;
    if verified {
        Ok(reply::empty(StatusCode::NO_CONTENT))
    } else {
        Err(invalid())
    }
}
