//! Signals whose end has come (SIG-2, OPS-7). Everybody sees them as expired from that moment on, by the clock; here the row follows.

use domain::Timestamp;
use sql::{Database, Engine, Error};

use crate::codec::at;
use crate::sweep::BATCH;

/// What has come to its end, oldest first; the states are those from which [`domain::signal::STEPS`] leads to `expired`.
const FOUND: &str = "SELECT id FROM signals
     WHERE expires_at IS NOT NULL AND deleted_at IS NULL AND state IN ('draft', 'active', 'paused') AND expires_at <= $1
     ORDER BY expires_at";

/// Notes the end of up to [`BATCH`] signals and says of how many; fewer than that means that nothing is left. What anybody sees does not
/// change, so neither do version and time of the last change. One statement.
///
/// # Errors
/// [`Error`].
pub async fn expire(db: &Database, now: Timestamp) -> Result<u32, Error> {
    // What an owner is just changing may have another end by then; the next run will know.
    let lock = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let statement = format!(
        "UPDATE signals SET state = 'expired' WHERE id IN ({FOUND} LIMIT {BATCH} {lock}) RETURNING id"
    );
    let rows = db.query(&statement, vec![at(now)]).await?;
    Ok(u32::try_from(rows.len()).unwrap_or(BATCH))
}
