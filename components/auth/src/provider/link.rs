//! `POST /api/v1/auth/link` (AUTH-14): the proof out of the mailbox, given in the app that began the visit. It makes the account or
//! ties the identity to the one of the address, and signs in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::audit::Action;
use guard::{Anonymous, Context, problem};
use http_kit::doc::Operation;
use http_kit::{Code, Json, Problem};
use serde::Deserialize;
use serde_json::json;
use store::oauth_state;
use utoipa::ToSchema;

use super::{arrival, visit};
use crate::secret::Token;
use crate::session::begin::{Entrance, begin, user_agent};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkProof)]
pub struct Request {
    #[schema(value_type = crate::secret::Token)]
    token: String,
    code_verifier: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Providers", "linkIdentity", "Tie an identity to one's account with the token of a mail")
        .says("Ends every sign-in of before, and the password unless it was set by mail.")
        .example(json!({
            "token": crate::session::issue::EXAMPLE_TOKEN, "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        }))
        .refuses(&[Code::InvalidOneTimeToken, Code::InvalidCredentials, Code::StoreUnavailable])
        .answers(crate::session::issue::documented("Signed in."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let invalid = || Problem::new(Code::InvalidOneTimeToken);
    let token = Token::parse(&request.token).ok_or_else(invalid)?;
    let challenge = visit::parse_verifier(&request.code_verifier).ok_or_else(invalid)?;
    let audit = context.audit(Action::ProviderLinked, &*auth.random);
    let proven = oauth_state::prove(&auth.db, &token.hash(), &challenge, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let (provider, subject) = proven.ok_or_else(invalid)?;
    auth.bell.ring(&context.trace().traceparent());
    let owner = arrival::owner(&auth, provider, &subject)
        .await?
        .ok_or_else(invalid)?;
    arrival::revoke_earlier(&auth, &owner).await?;
    let entrance = Entrance {
        user: owner.user,
        grants: owner.grants,
        attempt: None,
        user_agent: &user_agent(&headers),
    };
    begin(&auth, &context, &entrance).await
}
