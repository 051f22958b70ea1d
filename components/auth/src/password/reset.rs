//! `POST /api/v1/auth/reset-password` (AUTH-8): set a new password by a mailed token. Ends every sign-in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::password::NewPassword;
use domain::{Fields, Id};
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Json, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::password::{self, Notice, Reset};
use utoipa::ToSchema;

use crate::revocation;
use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordReset)]
pub struct Request {
    token: String,
    #[schema(value_type = domain::password::NewPassword)]
    password: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Accounts",
            "resetPassword",
            "Set a new password with the token of a mail",
        )
        .says("Ends every sign-in. The token works once, for 15 minutes.")
        .example(
            json!({"token": crate::session::issue::EXAMPLE_TOKEN, "password": "Another-Horse-8-Battery"}),
        )
        .refuses(&[Code::InvalidOneTimeToken, Code::Busy, Code::StoreUnavailable])
        .answers(Answer::done("The new password holds."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let token_hash = Token::parse(&request.token).ok_or_else(invalid)?.hash();
    let found = password::find_reset(&auth.db, &token_hash, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(invalid)?;
    if found.used_at.is_some() {
        // The store may have failed after the password was set: access tokens of before must not outlive that.
        revocation::of_user(&auth, found.user, found.token_version).await?;
        return Err(invalid());
    }
    let mut fields = Fields::new();
    let new = NewPassword::parse(&request.password, auth.rules(), &found.email, &found.name);
    let new = fields.take("/password", new);
    let new = fields.finish(new)?;
    let password_hash = auth.hasher.enter()?.hash(&new, &*auth.random).await?;
    let now = auth.clock.now();
    let audit = context.audit(Action::PasswordReset, &*auth.random);
    let reset = Reset {
        user: found.user,
        token_hash: &token_hash,
        password_hash: &password_hash,
        notice: Notice {
            mail_id: Id::new(now, &*auth.random),
            language: context.language().tag(),
        },
        now,
        audit: &audit.by(found.user, None),
    };
    let version = password::reset(&auth.db, &reset)
        .await
        .map_err(problem::database)?;
    let version = version.ok_or_else(invalid)?;
    auth.bell.ring(&context.trace().traceparent());
    revocation::of_user(&auth, found.user, version).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

fn invalid() -> Problem {
    Problem::new(Code::InvalidOneTimeToken)
}
