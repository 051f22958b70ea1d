//! What every way to end one sign-in does.

use std::time::Duration;

use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use guard::problem;
use guard::token::LEEWAY_SECONDS;
use http_kit::Problem;
use store::audit::Event;
use store::session;

use crate::state::Auth;

/// An access token may live this much longer than it says: leeway where it is made and where it is read (AUTH-4).
const LEEWAY: Duration = Duration::from_secs(2 * LEEWAY_SECONDS.unsigned_abs());

/// Access tokens that were issued before this have ended by themselves.
pub fn oldest_living(auth: &Auth, now: Timestamp) -> Timestamp {
    now.minus(auth.lifetimes.access).minus(LEEWAY)
}

/// Ends a session and then its access tokens. The database first: if the store fails after that, the client is told and may try
/// again, and no new access token can be had in between.
pub async fn end(
    auth: &Auth,
    user: Id<User>,
    ended: Id<Session>,
    reason: &str,
    audit: &Event,
    now: Timestamp,
) -> Result<(), Problem> {
    session::end(&auth.db, user, ended, reason, audit, now)
        .await
        .map_err(problem::database)?;
    revoke(auth, user, ended, now).await
}

/// Refuses the access tokens of a session that has ended, from the next request on (AUTH-7).
pub async fn revoke(auth: &Auth, user: Id<User>, ended: Id<Session>, now: Timestamp) -> Result<(), Problem> {
    let revocations = &auth.guard.revocations;
    let revoked = revocations.revoke_session(user, ended, now, &*auth.random).await;
    revoked.map_err(problem::store)
}
