//! `POST /api/v1/auth/introspect` (RFC 7662): whether a token is good, for the people who run the service and for services that act
//! for them. The question needs an access token of an admin: anybody else could try out tokens here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::token::CLIENT;
use guard::{Admin, problem};
use http_kit::doc::{Answer as Documented, Operation};
use http_kit::{Problem, reply};
use serde::Serialize;
use serde_json::json;
use store::session;
use utoipa::ToSchema;

use super::form::{Form, refuse};
use crate::secret::Token;
use crate::state::Auth;

/// Section 2.2. A token that is not good gets `active` alone.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Introspection)]
struct Answer {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    token_type: Option<&'static str>,
}

/// What introspection reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a form that is read by hand")]
struct Question {
    /// A refresh token or an access token.
    token: String,
    /// Which of them; not needed.
    token_type_hint: Option<String>,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("OAuth 2.0", "introspectToken", "Token introspection (RFC 7662)")
        .reads::<Question>("application/x-www-form-urlencoded")
        .example(json!({"token": crate::session::issue::EXAMPLE_TOKEN}))
        .answers(Documented::ok::<Answer>(
            "What the token says, if it is good.",
            json!({
            "active": true, "sub": crate::user::view::EXAMPLE_ID, "sid": crate::session::list::EXAMPLE_ID, "exp": 1_798_102_800,
            "iss": "https://api.example.com", "client_id": CLIENT,
        }),
        ))
        .answers(super::form::documented("invalid_request"));
}

pub async fn handle(_: Admin, State(auth): State<Arc<Auth>>, form: Form) -> Result<Response, Problem> {
    let Some(token) = form.only("token") else {
        return refuse("invalid_request");
    };
    reply::json(StatusCode::OK, &inspect(&auth, token).await?)
}

async fn inspect(auth: &Auth, token: &str) -> Result<Answer, Problem> {
    let now = auth.clock.now();
    let issuer = Some(auth.providers.issuer().to_owned());
    if let Some(refresh) = Token::parse(token) {
        let known = session::find_current(&auth.db, &refresh.hash(), now).await;
        let known = known.map_err(problem::database)?;
        return Ok(known.map_or_else(Answer::default, |known| Answer {
            active: true,
            sub: Some(known.user.to_string()),
            sid: Some(known.session.to_string()),
            exp: Some(known.idle_expires_at.seconds()),
            iss: issuer,
            client_id: Some(CLIENT),
            ..Answer::default()
        }));
    }
    let known = auth.guard.inspect(token, now).await?;
    Ok(known.map_or_else(Answer::default, |known| Answer {
        active: true,
        sub: Some(known.user.to_string()),
        sid: Some(known.session.to_string()),
        exp: Some(known.expires_at.seconds()),
        iss: issuer,
        aud: Some(auth.tokens.audience.clone()),
        client_id: Some(CLIENT),
        token_type: Some("Bearer"),
    }))
}
