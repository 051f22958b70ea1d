//! `POST /api/v1/auth/revoke` (RFC 7009): whoever holds a token may end its session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::audit::Action;
use domain::session::Session;
use domain::user::User;
use guard::{Anonymous, Context, problem};
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};
use serde_json::json;
use store::session;
use utoipa::ToSchema;

use super::form::{Form, refuse};
use crate::secret::Token;
use crate::session::ending::end;
use crate::state::Auth;

/// What revocation reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a form that is read by hand")]
struct Revocation {
    /// A refresh token or an access token.
    token: String,
    /// Which of them; not needed.
    token_type_hint: Option<String>,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("OAuth 2.0", "revokeToken", "Token revocation (RFC 7009)")
        .says("Ends the sign-in that the token belongs to. An unknown token is as good as revoked.")
        .reads::<Revocation>("application/x-www-form-urlencoded")
        .example(json!({"token": crate::session::issue::EXAMPLE_TOKEN}))
        .refuses(&[Code::StoreUnavailable])
        .answers(Answer::empty(StatusCode::OK, "It is revoked."))
        .answers(super::form::documented("invalid_request"));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    form: Form,
) -> Result<Response, Problem> {
    let Some(token) = form.only("token") else {
        return refuse("invalid_request");
    };
    if let Some((user, session)) = holder(&auth, token).await? {
        let audit = context.audit(Action::SessionEnded, &*auth.random);
        let audit = audit.by(user, Some(session));
        end(&auth, user, session, "revoked", &audit, auth.clock.now()).await?;
    }
    // Section 2.2: an unknown token is as good as revoked.
    Ok(reply::empty(StatusCode::OK))
}

/// Whose token it is. The two kinds look nothing alike, so the client's hint is not needed.
async fn holder(auth: &Auth, token: &str) -> Result<Option<(Id<User>, Id<Session>)>, Problem> {
    let now = auth.clock.now();
    if let Some(refresh) = Token::parse(token) {
        let known = session::find_current(&auth.db, &refresh.hash(), now).await;
        let known = known.map_err(problem::database)?;
        return Ok(known.map(|known| (known.user, known.session)));
    }
    let known = auth.guard.inspect(token, now).await?;
    Ok(known.map(|known| (known.user, known.session)))
}
