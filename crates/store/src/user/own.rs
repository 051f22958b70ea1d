//! What a person does to the own account (AUTH-11).

use domain::person::PersonName;
use domain::session::Session;
use domain::user::User;
use domain::version::Expected;
use domain::{Id, Timestamp};
use sql::{Database, Error};

use super::{PROFILE, Profile, read_profile};
use crate::audit::Event;
use crate::codec::{at, id};
use crate::conditions::Conditions;

/// Changes the name; `None` when there is no such account of one of the expected versions. One statement.
///
/// # Errors
/// [`Error`].
pub async fn rename(
    db: &Database,
    user: Id<User>,
    name: &PersonName,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Profile>, Error> {
    let mut query = Conditions::after(vec![name.as_str().into(), at(now), audit.value()]);
    query.with("id = $", id(user));
    query.and("deleted_at IS NULL");
    query.expect(expected);
    let statement = format!(
        "UPDATE users SET name = $1, updated_at = $2, version = version + 1, audit = $3
         WHERE {} RETURNING {PROFILE}",
        query.text()
    );
    let row = db.query_optional(&statement, query.parameters()).await?;
    row.map(|row| read_profile(&row)).transpose()
}

/// Who wants to delete an account, and since when they are signed in at most.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// The person.
    pub user: Id<User>,
    /// The sign-in by which the person asks.
    pub session: Id<Session>,
    /// The sign-in must be younger than this.
    pub signed_in_after: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Ends an account whose person has just signed in: softly (CONV-11), with all sessions and whatever has no reason to stay; the address is
/// free again. Gives the token version that voids every token; `None` when there is no such account of one of the expected
/// versions, or the sign-in is too old. One statement, by the triggers of `users`.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    leaving: &Leaving,
    expected: &Expected,
    audit: &Event,
) -> Result<Option<i64>, Error> {
    // RFC 2606: nobody receives mail under `.invalid`.
    let nobody = format!("{}@deleted.invalid", leaving.user);
    let mut query = Conditions::after(vec![at(leaving.now), nobody.into(), audit.value()]);
    query.with("id = $", id(leaving.user));
    query.and("deleted_at IS NULL");
    let (session, since) = (
        query.mark(id(leaving.session)),
        query.mark(at(leaving.signed_in_after)),
    );
    query.and(&format!(
        "EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id AND s.ended_at IS NULL
             AND s.id = {session} AND s.created_at > {since})"
    ));
    query.expect(expected);
    let statement = format!(
        "UPDATE users SET deleted_at = $1, updated_at = $1, email = $2, name = '-', password_hash = NULL,
             reset_token_hash = NULL, reset_expires_at = NULL, notice = NULL,
             signed_out_at = $1, signed_out_because = 'account_deleted', signed_out_except = NULL,
             token_version = token_version + 1, version = version + 1, audit = $3
         WHERE {} RETURNING token_version",
        query.text()
    );
    let row = db.query_optional(&statement, query.parameters()).await?;
    row.map(|row| row.get(0)).transpose()
}

/// The version of an account's tokens, also of one that was deleted; `None` when there never was one.
///
/// # Errors
/// [`Error`].
pub async fn token_version(db: &Database, user: Id<User>) -> Result<Option<i64>, Error> {
    let row = db
        .query_optional("SELECT token_version FROM users WHERE id = $1", vec![id(user)])
        .await?;
    row.map(|row| row.get(0)).transpose()
}
