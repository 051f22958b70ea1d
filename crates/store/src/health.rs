//! What `ready` asks the database (OPS-1).

use sql::{Database, Error};

/// The number of the newest migration that was applied; `None` when the database was never migrated.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn schema_version(db: &Database) -> Result<Option<i64>, Error> {
    let answer = db
        .query_optional("SELECT MAX(version) FROM refinery_schema_history", Vec::new())
        .await;
    match answer {
        Ok(row) => row.map_or(Ok(None), |row| row.get(0)),
        // The table does not exist: nothing was ever applied.
        Err(Error::Failed(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
