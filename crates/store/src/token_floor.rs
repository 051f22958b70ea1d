//! The version below which no access token of anybody counts (AUTH-13).

use domain::Timestamp;
use sql::{Database, Error};

use crate::audit::Event;
use crate::codec::at;

/// Raises the floor above every account's version, lifts every account to it and ends every session; gives the new floor. One
/// statement, by the trigger of `token_floor`. It touches every account and every living session: for emergencies.
///
/// # Errors
/// [`Error`]; then nothing was changed.
pub async fn raise(db: &Database, audit: &Event, now: Timestamp) -> Result<i64, Error> {
    // One more than would do, so that an account that somebody raises in this very instant stays below as well.
    // On Postgres a trigger computes it again when the row is locked.
    let row = db
        .query_long(
            "UPDATE token_floor SET raised_at = $1, audit = $2, min_token_version = 2 + (
                 SELECT MAX(known.version) FROM (
                     SELECT u.token_version AS version FROM users u
                     UNION ALL SELECT f.min_token_version FROM token_floor f) known)
             WHERE id = 1
             RETURNING min_token_version",
            vec![at(now), audit.value()],
        )
        .await?
        .into_iter()
        .next();
    row.ok_or_else(missing)?.get(0)
}

/// The floor as it is.
///
/// # Errors
/// [`Error`].
pub async fn current(db: &Database) -> Result<i64, Error> {
    let statement = "SELECT min_token_version FROM token_floor WHERE id = 1";
    let row = db.query_optional(statement, Vec::new()).await?;
    row.ok_or_else(missing)?.get(0)
}

fn missing() -> Error {
    Error::Failed("the row of the token floor is missing".to_owned())
}
