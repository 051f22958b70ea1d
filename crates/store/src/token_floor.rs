//! The version below which no access token of anybody counts (AUTH-13).

use domain::Timestamp;
use sql::{Database, Error, Row};

use crate::audit::Event;
use crate::codec::at;

// One more than would do, so that an account that somebody raises in this very instant stays below as well.
// On Postgres a trigger computes it again when the row is locked.
const RAISE: &str = "UPDATE token_floor SET raised_at = $1, audit = $2, min_token_version = 2 + (
         SELECT MAX(known.version) FROM (
             SELECT u.token_version AS version FROM users u
             UNION ALL SELECT f.min_token_version FROM token_floor f) known)
     WHERE id = 1
     RETURNING min_token_version";

/// Raises the floor above every account's version, lifts every account to it and ends every session; gives the new floor. One
/// statement, by the trigger of `token_floor`. It touches every account and every living session: for emergencies.
///
/// # Errors
/// [`Error`]; then nothing was changed.
pub async fn raise(db: &Database, audit: &Event, now: Timestamp) -> Result<i64, Error> {
    let rows = db.query_long(RAISE, vec![at(now), audit.value()]).await?;
    floor(rows)
}

/// [`raise`] for a database that was restored, before anybody is served: the floor goes above every version that any database of
/// the past can have reached, which a backup does not know. So no entry of the revocations refuses who signs in now, and the next
/// [`raise`] voids whatever the lost database signed.
///
/// That is the microseconds since 1970: a version rises by at most two in a transaction, which takes longer than two microseconds, so
/// it stays below the clock. It stays below 2^53 as well, for readers of JSON, until 2255.
///
/// # Errors
/// [`Error`]; then nothing was changed.
pub async fn raise_after_restore(db: &Database, audit: &Event, now: Timestamp) -> Result<i64, Error> {
    let transaction = db.begin().await?;
    // A new row, because the trigger of Postgres lets no update set the floor.
    let low = "DELETE FROM token_floor WHERE min_token_version < $1 RETURNING id";
    let low = transaction.query(low, vec![now.micros().into()]).await?;
    if !low.is_empty() {
        let anew = "INSERT INTO token_floor (id, min_token_version) VALUES (1, $1)";
        transaction.query(anew, vec![now.micros().into()]).await?;
    }
    let rows = transaction
        .query_long(RAISE, vec![at(now), audit.value()])
        .await?;
    let floor = floor(rows)?;
    transaction.commit().await?;
    Ok(floor)
}

fn floor(rows: Vec<Row>) -> Result<i64, Error> {
    rows.into_iter().next().ok_or_else(missing)?.get(0)
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
