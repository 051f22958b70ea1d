//! Sessions: one sign-in, one refresh-token family (AUTH-5, AUTH-6).

mod listed;

pub use listed::{Listed, end_every, end_others, ended_since, list, owns};

use domain::place::address_key;
use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_optional_at};
use crate::user::{self, Grants, read_grants};

/// A sign-in that begins.
pub struct NewSession<'a> {
    /// Its id.
    pub id: Id<Session>,
    /// Who signs in.
    pub user: Id<User>,
    /// SHA-256 of the first refresh token.
    pub refresh_hash: &'a [u8; 32],
    /// When the refresh token ends unless it is used.
    pub idle_expires_at: Timestamp,
    /// When the session ends in any case.
    pub absolute_expires_at: Timestamp,
    /// What the client calls itself.
    pub user_agent: &'a str,
    /// Where it comes from.
    pub client_address: &'a str,
    /// The version of the account's tokens when the person proved who they are (AUTH-13).
    pub token_version: i64,
    /// Now.
    pub now: Timestamp,
    /// For the audit log.
    pub audit: &'a Event,
}

/// Whether a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Begun {
    /// It did.
    Yes,
    /// The account ended, or its tokens were voided, after the person had proved who they are: with a password that has been
    /// changed since, for example.
    Stale,
}

/// Begins a session, unless the account's token version has changed since the person proved who they are (AUTH-13). One statement.
///
/// # Errors
/// [`Error`].
pub async fn create(db: &Database, new: &NewSession<'_>) -> Result<Begun, Error> {
    begin(db, new, Value::Null).await
}

/// The same; `attempt` is the id of the one by which the person proved who they are, see [`crate::sign_in`].
pub(crate) async fn begin(db: &Database, new: &NewSession<'_>, attempt: Value) -> Result<Begun, Error> {
    let lock = user::lock(db);
    let statement = format!(
        "INSERT INTO sessions (id, user_id, current_hash, idle_expires_at, absolute_expires_at,
             user_agent, client_address, created_at, last_used_at, audit, attempt, place)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10,
             (SELECT CASE WHEN p.high >= $11 THEN p.place END FROM places p WHERE p.low <= $11
              ORDER BY p.low DESC LIMIT 1)
         FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL AND u.token_version = $12 {lock}
         RETURNING id"
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                id(new.id),
                id(new.user),
                new.refresh_hash.into(),
                at(new.idle_expires_at),
                at(new.absolute_expires_at),
                new.user_agent.into(),
                new.client_address.into(),
                at(new.now),
                new.audit.value(),
                attempt,
                address_key(new.client_address).unwrap_or_default().into(),
                new.token_version.into(),
            ],
        )
        .await?;
    Ok(row.map_or(Begun::Stale, |_| Begun::Yes))
}

/// A refresh token that is used.
pub struct Rotation<'a> {
    /// SHA-256 of the token that was presented.
    pub presented: &'a [u8; 32],
    /// SHA-256 of its successor.
    pub successor: &'a [u8; 32],
    /// The successor, sealed for the holder of the presented one.
    pub successor_sealed: &'a [u8],
    /// When the successor ends unless it is used, before the session's own end is considered.
    pub idle_expires_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// What a refresh leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// The session.
    pub session: Id<Session>,
    /// The person.
    pub user: Id<User>,
    /// When the current refresh token ends.
    pub idle_expires_at: Timestamp,
    /// For the access token.
    pub grants: Grants,
}

/// Puts the successor in the place of the presented token, if that is the current one of a living session. One statement: of
/// N parallel attempts with one token exactly one gets an answer (AUTH-6).
///
/// # Errors
/// [`Error`].
pub async fn rotate(db: &Database, rotation: &Rotation<'_>) -> Result<Option<Refreshed>, Error> {
    let row = db
        .query_optional(
            "UPDATE sessions SET
                 previous_hash = current_hash,
                 current_hash = $1,
                 successor_sealed = $2,
                 generation = generation + 1,
                 rotated_at = $3,
                 last_used_at = $3,
                 idle_expires_at = CASE WHEN absolute_expires_at < $4 THEN absolute_expires_at ELSE $4 END
             WHERE current_hash = $5 AND ended_at IS NULL AND idle_expires_at > $3
                 AND EXISTS (SELECT 1 FROM users u WHERE u.id = sessions.user_id AND u.deleted_at IS NULL)
             RETURNING id, user_id, utc(idle_expires_at),
                 (SELECT u.tier FROM users u WHERE u.id = sessions.user_id),
                 (SELECT u.role FROM users u WHERE u.id = sessions.user_id),
                 (SELECT u.token_version FROM users u WHERE u.id = sessions.user_id)",
            vec![
                rotation.successor.into(),
                rotation.successor_sealed.into(),
                at(rotation.now),
                at(rotation.idle_expires_at),
                rotation.presented.into(),
            ],
        )
        .await?;
    row.map(|row| read_refreshed(&row)).transpose()
}

fn read_refreshed(row: &Row) -> Result<Refreshed, Error> {
    Ok(Refreshed {
        session: read_id(row, 0)?,
        user: read_id(row, 1)?,
        idle_expires_at: read_at(row, 2)?,
        grants: read_grants(row, 3)?,
    })
}

/// The living session whose current refresh token this is.
///
/// # Errors
/// [`Error`].
pub async fn find_current(
    db: &Database,
    presented: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Refreshed>, Error> {
    let row = db
        .query_optional(
            "SELECT s.id, s.user_id, utc(s.idle_expires_at), u.tier, u.role, u.token_version
             FROM sessions s JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL
             WHERE s.current_hash = $1 AND s.ended_at IS NULL AND s.idle_expires_at > $2",
            vec![presented.into(), at(now)],
        )
        .await?;
    row.map(|row| read_refreshed(&row)).transpose()
}

/// A refresh token that was rotated before.
pub struct Used {
    /// Its session as it is now.
    pub session: Refreshed,
    /// When this token was rotated.
    pub used_at: Timestamp,
    /// Whether the session has ended or run out.
    pub ended: bool,
    /// Whether the token is the direct predecessor of the current one.
    pub is_previous: bool,
    /// The current token, sealed for the holder of the direct predecessor.
    pub successor_sealed: Vec<u8>,
}

/// The session in which a refresh token was rotated, if it ever was.
///
/// # Errors
/// [`Error`].
pub async fn find_used(db: &Database, presented: &[u8; 32], now: Timestamp) -> Result<Option<Used>, Error> {
    let row = db
        .query_optional(
            "SELECT s.id, s.user_id, utc(s.idle_expires_at), u.tier, u.role, u.token_version,
                 utc(t.used_at), utc(s.ended_at), s.previous_hash, s.successor_sealed
             FROM refresh_token_usage t
             JOIN sessions s ON s.id = t.session_id
             JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL
             WHERE t.token_hash = $1",
            vec![presented.into()],
        )
        .await?;
    row.map(|row| {
        let session = read_refreshed(&row)?;
        Ok(Used {
            used_at: read_at(&row, 6)?,
            ended: read_optional_at(&row, 7)?.is_some() || session.idle_expires_at <= now,
            is_previous: row
                .get::<Option<Vec<u8>>>(8)?
                .is_some_and(|hash| hash == presented),
            successor_sealed: row.get::<Option<Vec<u8>>>(9)?.unwrap_or_default(),
            session,
        })
    })
    .transpose()
}

/// Ends a person's session, if it has not ended yet; `false` when there was nothing to end. One statement.
///
/// # Errors
/// [`Error`].
pub async fn end(
    db: &Database,
    user: Id<User>,
    session: Id<Session>,
    reason: &str,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let parameters: Vec<Value> = vec![at(now), reason.into(), audit.value(), id(session), id(user)];
    let row = db
        .query_optional(
            "UPDATE sessions SET ended_at = $1, end_reason = $2, audit = $3
             WHERE id = $4 AND user_id = $5 AND ended_at IS NULL
             RETURNING id",
            parameters,
        )
        .await?;
    Ok(row.is_some())
}

/// Ends a person's session whose refresh token came back after it was rotated, and raises the version of all the person's tokens, which is
/// given (AUTH-6, AUTH-13); `None` when it has ended. One statement, by a trigger of the account. Of N parallel attempts one raises: the
/// account remembers which session it was.
///
/// # Errors
/// [`Error`].
pub async fn end_reused(
    db: &Database,
    user: Id<User>,
    session: Id<Session>,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let row = db
        .query_optional(
            "UPDATE users SET reused_session = $1, reused_at = $2, reuse_audit = $3, token_version = token_version + 1
             WHERE id = $4 AND deleted_at IS NULL AND (reused_session IS NULL OR reused_session <> $1)
                 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = $1 AND s.user_id = $4 AND s.ended_at IS NULL)
             RETURNING token_version",
            vec![id(session), at(now), audit.value(), id(user)],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}
