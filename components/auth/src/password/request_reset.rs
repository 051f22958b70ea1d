//! `POST /api/v1/auth/request-password-reset` (AUTH-8): ask for a mail that lets one set a new password. The answer never tells
//! whether the address is known.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Json, Problem, reply};
use serde_json::json;
use store::password;

use crate::one_time_token::mail::{Accepted, MailTo, Prepared};
use crate::pace;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Accounts",
            "requestPasswordReset",
            "Ask for a mail to set a new password",
        )
        .says("The answer is the same whether or not the address is known.")
        .example(json!({"email": "minji@example.com"}))
        .answers(Answer::json::<Accepted>(
            StatusCode::ACCEPTED,
            "A mail is on its way if there is an account.",
            json!({"status": "reset_mail_sent"}),
        ));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<MailTo>,
) -> Result<Response, Problem> {
    pace::even(&auth, ask(&auth, &context, &request)).await?;
    auth.bell.ring(&context.trace().traceparent());
    reply::json(StatusCode::ACCEPTED, &Accepted::new("reset_mail_sent"))
}

async fn ask(auth: &Auth, context: &Context, request: &MailTo) -> Result<(), Problem> {
    let prepared = Prepared::new(auth, context, request, Action::PasswordResetRequested).await?;
    password::request_reset(&auth.db, &prepared.request(context))
        .await
        .map_err(problem::database)
}
