//! Creations that a client may ask for again (CONV-7).

use std::time::Duration;

use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row};
use uuid::Uuid;

use crate::codec::{at, id};

/// How long a key is kept (CONV-7).
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long a creation may run before it counts as cut off. Longer than any request of ours takes.
const LEASE: Duration = Duration::from_secs(60);

/// One creation that is asked for.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Who asks.
    pub user: Id<User>,
    /// SHA-256 of the client's key.
    pub key_hash: &'a [u8; 32],
    /// SHA-256 of route and body.
    pub request_hash: &'a [u8; 32],
    /// The id of what is created, if nobody has asked before.
    pub object: Uuid,
    /// Now.
    pub now: Timestamp,
}

/// An answer that was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: i64,
    /// `Location`.
    pub location: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// The JSON.
    pub body: String,
}

/// What a key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Create it, under this id: another one than asked for if an earlier attempt was cut off.
    Create(Uuid),
    /// It was created; this was the answer.
    Done(Answer),
    /// Somebody is creating it just now.
    Running,
    /// The key belongs to another request.
    OtherRequest,
}

/// Claims a key, or says why not. One statement if nobody has it, two if somebody does.
///
/// # Errors
/// [`Error`].
pub async fn claim(db: &Database, claim: Claim<'_>) -> Result<Standing, Error> {
    let claimed = db
        .query_optional(
            "INSERT INTO idempotency_keys (user_id, key_hash, request_hash, object_id, claimed_until, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (user_id, key_hash) DO UPDATE SET
                 object_id = CASE WHEN idempotency_keys.expires_at <= $7
                     THEN excluded.object_id ELSE idempotency_keys.object_id END,
                 request_hash = excluded.request_hash,
                 claimed_until = excluded.claimed_until,
                 expires_at = excluded.expires_at,
                 status = NULL, location = NULL, etag = NULL, body = NULL
             WHERE idempotency_keys.expires_at <= $7
                 OR (idempotency_keys.status IS NULL AND idempotency_keys.claimed_until <= $7
                     AND idempotency_keys.request_hash = excluded.request_hash)
             RETURNING object_id",
            vec![
                id(claim.user),
                claim.key_hash.into(),
                claim.request_hash.into(),
                sql::Value::Uuid(claim.object),
                at(claim.now.plus(LEASE)),
                at(claim.now.plus(KEPT)),
                at(claim.now),
            ],
        )
        .await?;
    match claimed {
        Some(row) => Ok(Standing::Create(row.get(0)?)),
        None => look_up(db, claim).await,
    }
}

async fn look_up(db: &Database, claim: Claim<'_>) -> Result<Standing, Error> {
    let row = db
        .query_optional(
            "SELECT request_hash, status, location, etag, body FROM idempotency_keys
             WHERE user_id = $1 AND key_hash = $2",
            vec![id(claim.user), claim.key_hash.into()],
        )
        .await?;
    // Given up in between: whoever asks again will get it.
    row.map_or(Ok(Standing::Running), |row| read(&row, claim.request_hash))
}

fn read(row: &Row, request_hash: &[u8; 32]) -> Result<Standing, Error> {
    let known: Vec<u8> = row.get(0)?;
    if known != request_hash {
        return Ok(Standing::OtherRequest);
    }
    let Some(status) = row.get(1)? else {
        return Ok(Standing::Running);
    };
    Ok(Standing::Done(Answer {
        status,
        location: row.get(2)?,
        etag: row.get(3)?,
        body: row.get::<Option<String>>(4)?.unwrap_or_default(),
    }))
}

/// Keeps the answer. One statement.
///
/// # Errors
/// [`Error`]; then the next attempt after the lease finds what was created by its id.
pub async fn finish(db: &Database, claim: Claim<'_>, answer: &Answer) -> Result<(), Error> {
    db.query(
        "UPDATE idempotency_keys SET status = $1, location = $2, etag = $3, body = $4
         WHERE user_id = $5 AND key_hash = $6 AND request_hash = $7",
        vec![
            answer.status.into(),
            answer.location.as_deref().into(),
            answer.etag.as_deref().into(),
            answer.body.as_str().into(),
            id(claim.user),
            claim.key_hash.into(),
            claim.request_hash.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Lets whoever asks again take the creation over at once, with the same object: it failed in a way that leaves open whether it took place.
///
/// # Errors
/// [`Error`]; then it is taken over after its lease.
pub async fn reopen(db: &Database, claim: Claim<'_>) -> Result<(), Error> {
    db.query(
        "UPDATE idempotency_keys SET claimed_until = $1
         WHERE user_id = $2 AND key_hash = $3 AND request_hash = $4 AND status IS NULL",
        vec![
            at(claim.now),
            id(claim.user),
            claim.key_hash.into(),
            claim.request_hash.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Gives the key up: nothing was created. One statement.
///
/// # Errors
/// [`Error`]; then the key frees itself after the lease.
pub async fn release(db: &Database, claim: Claim<'_>) -> Result<(), Error> {
    db.query(
        "DELETE FROM idempotency_keys
         WHERE user_id = $1 AND key_hash = $2 AND request_hash = $3 AND status IS NULL",
        vec![id(claim.user), claim.key_hash.into(), claim.request_hash.into()],
    )
    .await
    .map(|_| ())
}
