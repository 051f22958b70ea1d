//! The names of regions; see the migration for where they come from.

use domain::region::Regions;
use sql::{Database, Engine, Error};

/// All of them as one text, in the form that [`Regions::read`] takes. Some hundred rows, one by one, would cost a new instance more than
/// everything else at its start.
const IN_SQLITE: &str =
    "SELECT group_concat(code || char(9) || COALESCE(parent, '') || char(9) || name_ko || char(9) || name_en
         || char(9) || is_current, char(10))
     FROM regions";
const IN_POSTGRES: &str =
    "SELECT string_agg(code || chr(9) || COALESCE(parent, '') || chr(9) || name_ko || chr(9) || name_en
         || chr(9) || is_current, chr(10))
     FROM regions";

/// All of them: read once and kept.
///
/// # Errors
/// [`Error`].
pub async fn all(db: &Database) -> Result<Regions, Error> {
    let statement = match db.engine() {
        Engine::Sqlite => IN_SQLITE,
        Engine::Postgres => IN_POSTGRES,
    };
    let row = db.query_optional(statement, Vec::new()).await?;
    let text: Option<String> = row.map(|row| row.get(0)).transpose()?.flatten();
    Regions::read(text.unwrap_or_default()).ok_or(Error::Decode {
        column: 0,
        expected: "regions",
    })
}
