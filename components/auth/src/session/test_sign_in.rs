//! `POST /api/v1/auth/test/sign-in` (AUTH-18): signs in to any verified account without its password. In tests and in debug builds
//! with the feature `test-sign-in` only, and there in development only; see `bypass`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::{Email, Fields, Id};
use guard::{Anonymous, Context, problem};
use http_kit::{Code, Json, Problem};
use serde::Deserialize;
use store::session::{self, Begun, NewSession, Refreshed};
use store::user;

use super::issue::issue;
use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    email: String,
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let email = fields.take("/email", Email::parse(&request.email));
    let email = fields.finish(email)?;
    let found = user::find_credentials(&auth.db, &email)
        .await
        .map_err(problem::database)?;
    let found = found.filter(|found| found.verified);
    let found = found.ok_or_else(|| Problem::new(Code::InvalidCredentials))?;
    let now = auth.clock.now();
    let absolute_end = now.plus(auth.lifetimes.absolute);
    let refresh_token = Token::generate(&*auth.random);
    let session = Refreshed {
        session: Id::new(now, &*auth.random),
        user: found.id,
        idle_expires_at: auth.lifetimes.idle_end(now, absolute_end),
        grants: found.grants,
    };
    let audit = context.audit(Action::SessionStarted, &*auth.random);
    let new = NewSession {
        id: session.session,
        user: session.user,
        refresh_hash: &refresh_token.hash(),
        idle_expires_at: session.idle_expires_at,
        absolute_expires_at: absolute_end,
        user_agent: "test sign-in",
        client_address: &context.address().text(),
        token_version: session.grants.token_version,
        now,
        audit: &audit.by(session.user, Some(session.session)),
    };
    match session::create(&auth.db, &new).await.map_err(problem::database)? {
        Begun::Yes => issue(&auth, &session, &refresh_token, now),
        Begun::Stale => Err(Problem::new(Code::InvalidCredentials)),
    }
}
