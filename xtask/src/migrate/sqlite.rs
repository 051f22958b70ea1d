//! The embedded database: a file, put into WAL mode once, guarded by a lock file next to it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use refinery::Migration;
use rusqlite::{Connection, OpenFlags};

use super::runner;
use crate::term;

/// Applies what is pending; one runner at a time.
pub fn apply(path: &Path, migrations: &[Migration]) -> Result<Vec<String>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let _lock = lock(path)?;
    let mut connection = Connection::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    prepare(&connection)?;
    runner::apply(&mut connection, migrations)
}

/// What was applied, without creating or changing anything.
pub fn applied(path: &Path) -> Result<Vec<Migration>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)
        .with_context(|| format!("cannot open {}", path.display()))?;
    connection.busy_timeout(Duration::from_secs(30))?;
    let known: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if known {
        runner::applied(&mut connection)
    } else {
        Ok(Vec::new())
    }
}

fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(30))?;
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "wal" {
        // Kept in the file: every later connection finds it set.
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

fn lock(path: &Path) -> Result<fs::File> {
    let path = path.with_extension("migrate-lock");
    let file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        term::note("another migration runs, waiting for it");
        file.lock()
            .with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}
