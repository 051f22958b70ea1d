//! A session for somebody whom a provider has vouched for.

use axum::http::HeaderMap;
use axum::response::Response;
use domain::Id;
use domain::audit::Action;
use domain::user::User;
use guard::{Context, problem};
use http_kit::{Code, Problem};
use store::session::{self, Begun, NewSession, Refreshed};
use store::user::Grants;

use crate::secret::Token;
use crate::session::issue::issue;
use crate::session::login::user_agent;
use crate::state::Auth;

/// Begins a session and gives its tokens, as signing in with a password does.
pub async fn begin(
    auth: &Auth,
    context: &Context,
    headers: &HeaderMap,
    user: Id<User>,
    grants: Grants,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let absolute_end = now.plus(auth.lifetimes.absolute);
    let refresh_token = Token::generate(&*auth.random);
    let session = Refreshed {
        session: Id::new(now, &*auth.random),
        user,
        idle_expires_at: auth.lifetimes.idle_end(now, absolute_end),
        grants,
    };
    let audit = context.audit(Action::SessionStarted, &*auth.random);
    let new = NewSession {
        id: session.session,
        user,
        refresh_hash: &refresh_token.hash(),
        idle_expires_at: session.idle_expires_at,
        absolute_expires_at: absolute_end,
        user_agent: &user_agent(headers),
        client_address: &context.address().text(),
        token_version: grants.token_version,
        now,
        audit: &audit.by(user, Some(session.session)),
    };
    match session::create(&auth.db, &new).await.map_err(problem::database)? {
        Begun::Yes => issue(auth, &session, &refresh_token, now),
        // Everything of this person was revoked in between.
        Begun::Stale => Err(Problem::new(Code::InvalidCredentials)),
    }
}
