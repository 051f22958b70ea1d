//! SQLite: a compact copy at one moment, while others write.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rusqlite::{Connection, OpenFlags};

/// Copies a database into a file that does not exist yet.
pub fn backup(database: &Path, file: &Path) -> Result<()> {
    ensure!(
        database.exists(),
        "there is no database at {}",
        database.display()
    );
    let source = open(database)?;
    let target = file.to_str().context("the file's name is no text")?;
    source
        .execute("VACUUM INTO ?1", [target])
        .with_context(|| format!("cannot copy {}", database.display()))?;
    check(file)
}

/// Puts a copy where no database is.
pub fn restore(file: &Path, database: &Path) -> Result<()> {
    ensure!(
        !database.exists(),
        "{} exists: move it away first, nothing is overwritten",
        database.display()
    );
    check(file)?;
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder)?;
    }
    // What an earlier database left behind would be taken for a part of this one.
    for ending in ["-wal", "-shm", "-journal"] {
        let beside = super::with_ending(database, ending);
        ensure!(
            !beside.exists(),
            "{} belongs to another database: move it away first",
            beside.display()
        );
    }
    fs::copy(file, database).with_context(|| format!("cannot write {}", database.display()))?;
    fs::File::open(database)?.sync_all()?;
    Ok(())
}

/// Whether every page is as it must be and every row's parents are there.
fn check(file: &Path) -> Result<()> {
    let copy = open(file)?;
    let whole: String = copy
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .with_context(|| format!("{} is no SQLite database", file.display()))?;
    ensure!(whole == "ok", "{} is damaged: {whole}", file.display());
    let orphans: i64 = copy.query_row("SELECT COUNT(*) FROM pragma_foreign_key_check", [], |row| {
        row.get(0)
    })?;
    if orphans > 0 {
        bail!("{} has {orphans} rows whose parents are missing", file.display());
    }
    Ok(())
}

fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = Connection::open_with_flags(path, flags)
        .with_context(|| format!("cannot open {}", path.display()))?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nothing_damaged_is_restored() {
        let folder = std::env::temp_dir().join(format!("realcare-backup-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (database, file) = (folder.join("app.db"), folder.join("copy"));
        let said = |result: Result<()>| format!("{:#}", result.unwrap_err());
        assert!(said(backup(&database, &file)).contains("no database"));
        let source = Connection::open(&database).unwrap();
        source
            .execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            .unwrap();
        backup(&database, &file).unwrap();
        assert!(said(restore(&file, &database)).contains("nothing is overwritten"));

        let elsewhere = folder.join("new/app.db");
        restore(&file, &elsewhere).unwrap();
        let count = "SELECT COUNT(*) FROM t";
        let rows: i64 = Connection::open(&elsewhere)
            .unwrap()
            .query_row(count, [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 1);

        let third = folder.join("third.db");
        fs::write(folder.join("third.db-wal"), "left behind").unwrap();
        assert!(said(restore(&file, &third)).contains("another database"));
        fs::write(
            &file,
            "no database at all, but long enough to be read as one page of something",
        )
        .unwrap();
        assert!(said(restore(&file, &folder.join("fourth.db"))).contains("no SQLite database"));
        assert!(!folder.join("fourth.db").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
