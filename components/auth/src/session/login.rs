//! `POST /api/v1/auth/login` (AUTH-3): sign in. An unknown address, a wrong password, an unverified address and a locked one
//! get the same answer after the same work.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use config::Class;
use domain::audit::Action;
use domain::password::PresentedPassword;
use domain::{Email, FieldCode, FieldError, Fields, Id};
use guard::{Anonymous, Context, problem};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, json};
use serde::Deserialize;
use store::session::{Begun, NewSession, Refreshed};
use store::sign_in;
use store::user::Credentials;

use super::attempt;
use super::issue::issue;
use crate::account;
use crate::password::hash::Turn;
use crate::secret::Token;
use crate::state::Auth;

/// The longest user agent that is kept, in characters.
const USER_AGENT: usize = 300;

/// JSON `{email, password}` or the OAuth 2.0 password form (RFC 6749, section 4.3.2).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    email: String,
    password: String,
}

impl<S: Send + Sync> FromRequest<S> for Login {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        match json::media_type(request.headers()).as_deref() {
            Some("application/json") => json::parse(&json::read(request).await?),
            Some("application/x-www-form-urlencoded") => Self::from_form(&json::read(request).await?),
            _ => Err(Problem::new(Code::UnsupportedMediaType)),
        }
    }
}

impl Login {
    fn from_form(body: &[u8]) -> Result<Self, Problem> {
        let mut fields = Fields::new();
        let mut take = |name: &str| {
            let mut values = form_urlencoded::parse(body).filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            let only = value.filter(|_| values.next().is_none());
            fields.take(&format!("/{name}"), only.ok_or(FieldCode::Required))
        };
        let (grant, username, password) = (take("grant_type"), take("username"), take("password"));
        if grant.is_some_and(|grant| grant != "password") {
            fields.refuse("/grant_type", FieldCode::UnknownValue);
        }
        let login = username
            .zip(password)
            .map(|(email, password)| Self { email, password });
        Ok(fields.finish(login)?)
    }

    fn parse(&self) -> Result<(Email, PresentedPassword), Vec<FieldError>> {
        let mut fields = Fields::new();
        let email = fields.take("/email", Email::parse(&self.email));
        let password = fields.take("/password", PresentedPassword::parse(&self.password));
        fields.finish(email.zip(password))
    }
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
    login: Login,
) -> Result<Response, Problem> {
    let (email, password) = login.parse()?;
    // Charged before anything depends on whether the account exists.
    auth.guard
        .charge(Class::SignIn, &account::subject(&email), &context)
        .await?;
    let turn = auth.hasher.enter()?;
    let passed = attempt::check(&auth, &context, &turn, &email, &password).await?;
    let passed = passed.ok_or_else(refused)?;

    let now = auth.clock.now();
    let absolute_end = now.plus(auth.lifetimes.absolute);
    let refresh_token = Token::generate(&*auth.random);
    let session = Refreshed {
        session: Id::new(now, &*auth.random),
        user: passed.credentials.id,
        idle_expires_at: auth.lifetimes.idle_end(now, absolute_end),
        grants: passed.credentials.grants,
    };
    let audit = context.audit(Action::SessionStarted, &*auth.random);
    let new = NewSession {
        id: session.session,
        user: session.user,
        refresh_hash: &refresh_token.hash(),
        idle_expires_at: session.idle_expires_at,
        absolute_expires_at: absolute_end,
        user_agent: &user_agent(&headers),
        client_address: &context.address().text(),
        token_version: session.grants.token_version,
        now,
        audit: &audit.by(session.user, Some(session.session)),
    };
    let begun = sign_in::succeed(&auth.db, &passed.attempt, &new)
        .await
        .map_err(problem::database)?;
    if begun == Begun::Stale {
        // The password was changed or reset while it was checked.
        return Err(refused());
    }
    if passed.outdated {
        rehash(&auth, &context, &turn, &passed.credentials, &password).await;
    }
    drop(turn);
    issue(&auth, &session, &refresh_token, now)
}

fn refused() -> Problem {
    Problem::new(Code::InvalidCredentials)
}

/// Hashes the password as new ones are (AUTH-9). The sign-in does not depend on it: what fails is tried at the next one.
async fn rehash(
    auth: &Auth,
    context: &Context,
    turn: &Turn<'_>,
    credentials: &Credentials,
    password: &PresentedPassword,
) {
    let Some(old) = credentials.password_hash.as_deref() else {
        return;
    };
    let done = match turn.hash_again(password, &*auth.random).await {
        Ok(new) => store::password::rehash(&auth.db, credentials.id, old, &new)
            .await
            .map_err(problem::database),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = done {
        let fields = [("detail", problem.internal().unwrap_or_default().into())];
        event(Level::Error, "rehash_failed", context.about(fields));
    }
}

/// What the client calls itself, without control characters and not longer than is kept.
pub fn user_agent(headers: &HeaderMap) -> String {
    let raw = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    raw.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect()
}
