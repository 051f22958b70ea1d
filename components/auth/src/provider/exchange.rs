//! `POST /api/v1/auth/social/exchange` (AUTH-14): the app that began a visit exchanges its code for tokens.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use guard::{Anonymous, Context, problem};
use http_kit::doc::Operation;
use http_kit::{Code, Json, Problem};
use serde::Deserialize;
use serde_json::json;
use store::oauth_state;
use utoipa::ToSchema;

use super::visit;
use crate::secret::Token;
use crate::session::begin::{Entrance, begin, user_agent};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CodeExchange)]
pub struct Request {
    code: String,
    code_verifier: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Providers", "exchangeCode", "Exchange the code of a visit for tokens")
        .example(json!({
            "code": crate::session::issue::EXAMPLE_TOKEN, "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        }))
        .refuses(&[Code::InvalidSignInCode, Code::InvalidCredentials])
        .answers(crate::session::issue::documented("Signed in."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let invalid = || Problem::new(Code::InvalidSignInCode);
    let code = Token::parse(&request.code).ok_or_else(invalid)?;
    let challenge = visit::parse_verifier(&request.code_verifier).ok_or_else(invalid)?;
    let exchanged = oauth_state::exchange(&auth.db, &code.hash(), &challenge, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let (user, grants) = exchanged.ok_or_else(invalid)?;
    let entrance = Entrance {
        user,
        grants,
        attempt: None,
        user_agent: &user_agent(&headers),
    };
    begin(&auth, &context, &entrance).await
}
