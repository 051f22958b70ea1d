//! `POST /api/v1/auth/login` (AUTH-3): sign in. An unknown address, a wrong password, an unverified address and a locked one
//! get the same answer after the same work.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use config::Class;
use domain::password::PresentedPassword;
use domain::{Email, FieldCode, Fields};
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Described, Operation};
use http_kit::log::{Level, event};
use http_kit::{Code, Json, Problem, json};
use serde::Deserialize;
use serde_json::json;
use store::user::Credentials;
use utoipa::ToSchema;

use super::attempt;
use super::begin::{Entrance, begin, user_agent};
use crate::account;
use crate::password::hash::Turn;
use crate::state::Auth;

/// JSON `{email, password}` or the OAuth 2.0 password form (RFC 6749, section 4.3.2).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Login)]
pub struct Login {
    #[schema(value_type = domain::Email)]
    email: String,
    #[schema(value_type = domain::password::PresentedPassword)]
    password: String,
}

/// What somebody signs in with, in either form.
pub struct Presented {
    email: Email,
    password: PresentedPassword,
}

impl<S: Send + Sync> FromRequest<S> for Presented {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        match json::media_type(request.headers()).as_deref() {
            Some("application/json") => Self::from_json(&json::parse(&json::read(request).await?)?),
            Some("application/x-www-form-urlencoded") => Self::from_form(&json::read(request).await?),
            _ => Err(Problem::new(Code::UnsupportedMediaType)),
        }
    }
}

impl Presented {
    fn from_json(login: &Login) -> Result<Self, Problem> {
        let mut fields = Fields::new();
        let email = fields.take("/email", Email::parse(&login.email));
        let password = fields.take("/password", PresentedPassword::parse(&login.password));
        Self::whole(fields, email.zip(password))
    }

    /// Mistakes are named as the form names its fields.
    fn from_form(body: &[u8]) -> Result<Self, Problem> {
        let only = |name: &str| {
            let mut values = form_urlencoded::parse(body).filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            let only = value.filter(|_| values.next().is_none());
            only.ok_or(FieldCode::Required)
        };
        let mut fields = Fields::new();
        let grant = fields.take("/grant_type", only("grant_type"));
        let email = only("username").and_then(|raw| Email::parse(&raw));
        let email = fields.take("/username", email);
        let password = only("password").and_then(|raw| PresentedPassword::parse(&raw));
        let password = fields.take("/password", password);
        if grant.is_some_and(|grant| grant != "password") {
            fields.refuse("/grant_type", FieldCode::UnknownValue);
        }
        Self::whole(fields, email.zip(password))
    }

    fn whole(fields: Fields, parts: Option<(Email, PresentedPassword)>) -> Result<Self, Problem> {
        let parts = parts.map(|(email, password)| Self { email, password });
        Ok(fields.finish(parts)?)
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "login", "Sign in with address and password")
        .says(
            "JSON, or the OAuth 2.0 password form. An unknown address, a wrong password, an unverified address and a locked account get \
             the same answer.",
        )
        .example(json!({"email": "minji@example.com", "password": "Correct-Horse-7-Battery"}))
        .example_in(
            "application/x-www-form-urlencoded",
            json!({"grant_type": "password", "username": "minji@example.com", "password": "Correct-Horse-7-Battery"}),
        )
        .refuses(&[Code::InvalidCredentials, Code::Busy])
        .answers(super::issue::documented("Signed in."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
    Presented { email, password }: Presented,
) -> Result<Response, Problem> {
    // Charged before anything depends on whether the account exists.
    auth.guard
        .charge(Class::SignIn, &account::subject(&email), &context)
        .await?;
    let turn = auth.hasher.enter()?;
    let passed = attempt::check(&auth, &context, &turn, &email, &password).await?;
    let passed = passed.ok_or_else(|| Problem::new(Code::InvalidCredentials))?;
    let entrance = Entrance {
        user: passed.credentials.id,
        grants: passed.credentials.grants,
        attempt: Some(&passed.attempt),
        user_agent: &user_agent(&headers),
    };
    let response = begin(&auth, &context, &entrance).await?;
    if passed.outdated {
        rehash(&auth, &context, &turn, &passed.credentials, &password).await;
    }
    Ok(response)
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

/// The OAuth 2.0 password form (RFC 6749, section 4.3.2).
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a form that is read by hand")]
struct PasswordForm {
    /// `password`.
    grant_type: String,
    /// The address.
    #[schema(value_type = domain::Email)]
    username: String,
    #[schema(value_type = domain::password::PresentedPassword)]
    password: String,
}

impl Described for Presented {
    fn describe(operation: &mut Operation) {
        Json::<Login>::describe(operation);
        operation.reads::<PasswordForm>("application/x-www-form-urlencoded");
    }
}
