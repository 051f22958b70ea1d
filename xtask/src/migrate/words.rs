//! What migrations cannot do, because it is not SQL: computing the words by which signals are found.

use anyhow::{Context, Result};
use sql::native::{NativePostgres, NativeSqlite};
use store::signal_search;

use super::Database;
use crate::term;

/// Fills in what rows from before the column lack; usually nothing.
pub fn fill(database: &Database) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")?;
    let db = match database {
        Database::Sqlite(path) => store::Database::new(NativeSqlite::new(path)),
        Database::Postgres(url) => store::Database::new(NativePostgres::new(url.clone())),
    };
    let filled = runtime.block_on(async {
        let mut filled = 0;
        loop {
            match signal_search::fill(&db, 200).await? {
                0 => return Ok::<_, store::Error>(filled),
                some => filled += some,
            }
        }
    })?;
    if filled > 0 {
        term::note(format_args!("{filled} signal(s) can be found by their text now"));
    }
    Ok(())
}
