//! Sessions as their person sees and ends them (AUTH-7, AUTH-12).

use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id};
use crate::conditions::Conditions;

/// A living session.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: Id<Session>,
    /// What the client called itself at the sign-in.
    pub user_agent: String,
    /// Where the sign-in came from.
    pub client_address: String,
    /// Roughly where that is, if the operator has loaded places.
    pub place: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

fn read(row: &Row) -> Result<Listed, Error> {
    Ok(Listed {
        id: read_id(row, 0)?,
        user_agent: row.get(1)?,
        client_address: row.get(2)?,
        place: row.get(3)?,
        created_at: read_at(row, 4)?,
        last_used_at: read_at(row, 5)?,
        expires_at: read_at(row, 6)?,
    })
}

/// One page of a person's living sessions, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    user: Id<User>,
    before: Option<Id<Session>>,
    limit: u8,
    now: Timestamp,
) -> Result<Vec<Listed>, Error> {
    let mut query = Conditions::default();
    query.with("user_id = $", id(user));
    query.and("ended_at IS NULL");
    query.with("idle_expires_at > $", at(now));
    let select = "SELECT id, user_agent, client_address, place, utc(created_at), utc(last_used_at), utc(idle_expires_at)
         FROM sessions";
    query.newest(db, select, before, limit, read).await
}

/// Whether a session, ended or not, is this person's.
///
/// # Errors
/// [`Error`].
pub async fn owns(db: &Database, user: Id<User>, session: Id<Session>) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2",
            vec![id(session), id(user)],
        )
        .await?;
    Ok(row.is_some())
}

/// Ends a person's sessions except one; `false` when there is no such person. One statement: a trigger of the account ends them, and
/// there is one event, about the account.
///
/// # Errors
/// [`Error`].
pub async fn end_others(
    db: &Database,
    user: Id<User>,
    kept: Id<Session>,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "UPDATE users SET signed_out_at = $1, signed_out_because = 'others_ended', signed_out_except = $2,
                 audit = $3
             WHERE id = $4 AND deleted_at IS NULL
             RETURNING id",
            vec![at(now), id(kept), audit.value(), id(user)],
        )
        .await?;
    Ok(row.is_some())
}

/// A person's sessions except one that ended after `since`: those whose access tokens may still be alive.
///
/// # Errors
/// [`Error`].
pub async fn ended_since(
    db: &Database,
    user: Id<User>,
    except: Id<Session>,
    since: Timestamp,
) -> Result<Vec<Id<Session>>, Error> {
    let rows = db
        .query(
            "SELECT id FROM sessions WHERE user_id = $1 AND id <> $2 AND ended_at > $3",
            vec![id(user), id(except), at(since)],
        )
        .await?;
    rows.iter().map(|row| read_id(row, 0)).collect()
}

/// Ends every session of a person and raises the version of their tokens, which is given; `None` when there is no such person.
/// One statement, one event. `reason` is kept with the sessions.
///
/// # Errors
/// [`Error`].
pub async fn end_every(
    db: &Database,
    user: Id<User>,
    reason: &str,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let row = db
        .query_optional(
            "UPDATE users SET signed_out_at = $1, signed_out_because = $2, signed_out_except = NULL,
                 token_version = token_version + 1, audit = $3
             WHERE id = $4 AND deleted_at IS NULL
             RETURNING token_version",
            vec![at(now), reason.into(), audit.value(), id(user)],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}
