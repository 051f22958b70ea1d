//! Begins a session: the last step of every way to sign in.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use domain::Id;
use domain::audit::Action;
use domain::user::User;
use guard::{Context, problem};
use http_kit::{Code, Problem};
use store::session::{self, Begun, NewSession, Refreshed};
use store::sign_in::{self, Attempt};
use store::user::Grants;

use super::issue::issue;
use crate::secret::Token;
use crate::state::Auth;

/// The longest user agent that is kept, in characters.
const USER_AGENT: usize = 300;

/// Who signs in, and how.
pub struct Entrance<'a> {
    /// The account.
    pub user: Id<User>,
    /// What it may do, as read when it was vouched for.
    pub grants: Grants,
    /// The attempt that is taken back because its password was right (AUTH-10).
    pub attempt: Option<&'a Attempt>,
    /// See [`user_agent`].
    pub user_agent: &'a str,
}

/// Begins a session and answers with its tokens.
///
/// # Errors
/// [`Code::InvalidCredentials`] when the password was changed, or everything revoked, since the account was read; failures of ours.
pub async fn begin(auth: &Auth, context: &Context, entrance: &Entrance<'_>) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let absolute_end = now.plus(auth.lifetimes.absolute);
    let refresh_token = Token::generate(&*auth.random);
    let session = Refreshed {
        session: Id::new(now, &*auth.random),
        user: entrance.user,
        idle_expires_at: auth.lifetimes.idle_end(now, absolute_end),
        grants: entrance.grants,
    };
    let audit = context.audit(Action::SessionStarted, &*auth.random);
    let new = NewSession {
        id: session.session,
        user: session.user,
        refresh_hash: &refresh_token.hash(),
        idle_expires_at: session.idle_expires_at,
        absolute_expires_at: absolute_end,
        user_agent: entrance.user_agent,
        client_address: &context.address().text(),
        token_version: session.grants.token_version,
        now,
        audit: &audit.by(session.user, Some(session.session)),
    };
    let begun = match entrance.attempt {
        Some(attempt) => sign_in::succeed(&auth.db, attempt, &new).await,
        None => session::create(&auth.db, &new).await,
    };
    match begun.map_err(problem::database)? {
        Begun::Yes => issue(auth, &session, &refresh_token, now),
        Begun::Stale => Err(Problem::new(Code::InvalidCredentials)),
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
