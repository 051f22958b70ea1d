//! The answer to a sign-in or a refresh.

use axum::http::StatusCode;
use axum::response::Response;
use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use guard::token::AccessToken;
use http_kit::doc::Answer as Documented;
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use serde_json::{Value, json};
use store::session::Refreshed;
use store::user::Grants;
use utoipa::ToSchema;

use crate::secret::Token;
use crate::state::Auth;

/// A fresh access token (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
pub struct Access {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
}

/// With it, the refresh token and when that ends.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
struct Answer<'a> {
    #[serde(flatten)]
    access: Access,
    refresh_token: &'a str,
    refresh_expires_in: i64,
}

impl Access {
    /// An access token for this person in this sign-in.
    pub fn sign(
        auth: &Auth,
        user: Id<User>,
        session: Id<Session>,
        grants: Grants,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let expires_at = now.plus(auth.lifetimes.access);
        let token = AccessToken {
            user,
            session,
            tier: grants.tier,
            role: grants.role,
            version: grants.token_version,
            expires_at,
        };
        let access_token = auth
            .signer
            .sign(&token, now, &*auth.random)
            .map_err(|error| Problem::new(Code::InternalError).because(error.0))?;
        Ok(Self {
            access_token,
            token_type: "Bearer",
            expires_in: expires_at.seconds() - now.seconds(),
        })
    }
}

/// A fresh access token together with the current refresh token.
pub fn issue(
    auth: &Auth,
    session: &Refreshed,
    refresh_token: &Token,
    now: Timestamp,
) -> Result<Response, Problem> {
    let access = Access::sign(auth, session.user, session.session, session.grants, now)?;
    reply::json(
        StatusCode::OK,
        &Answer {
            access,
            refresh_token: refresh_token.expose(),
            refresh_expires_in: session.idle_expires_at.seconds() - now.seconds(),
        },
    )
}

/// A refresh token of the documents' examples.
pub const EXAMPLE_TOKEN: &str = "n3vVrMH3T4n8p0dXv2b1QpY5kq7WcZ0sJmL6tRfUgEo";

/// An access token in the documents.
pub fn example_access() -> Value {
    json!({"access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl", "token_type": "Bearer", "expires_in": 1800})
}

/// The tokens of a sign-in in the documents.
pub fn documented(says: &'static str) -> Documented {
    let mut tokens = example_access();
    if let Some(fields) = tokens.as_object_mut() {
        fields.insert("refresh_token".to_owned(), EXAMPLE_TOKEN.into());
        fields.insert("refresh_expires_in".to_owned(), 2_592_000.into());
    }
    Documented::ok::<Answer<'_>>(says, tokens)
}
