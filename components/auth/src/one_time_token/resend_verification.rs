//! `POST /api/v1/auth/resend-verification` (AUTH-2): ask for the verification mail again. The answer never tells whether the address
//! is known or verified.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Anonymous, Context, problem};
use http_kit::{Json, Problem, reply};
use store::one_time_token;

use super::mail::{Accepted, MailTo, Prepared};
use crate::pace;
use crate::state::Auth;

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<MailTo>,
) -> Result<Response, Problem> {
    pace::even(&auth, ask(&auth, &context, &request)).await?;
    auth.bell.ring(&context.trace().traceparent());
    reply::json(StatusCode::ACCEPTED, &Accepted::new("verification_mail_sent"))
}

async fn ask(auth: &Auth, context: &Context, request: &MailTo) -> Result<(), Problem> {
    let prepared = Prepared::new(auth, context, request, Action::VerificationRequested).await?;
    one_time_token::request_verification(&auth.db, &prepared.request(context))
        .await
        .map_err(problem::database)
}
