//! What is the same on both engines: checking the history against the files, and applying what is pending.

use std::time::Instant;

use anyhow::{Result, anyhow, bail};
use refinery::{Migrate, Migration, Runner, Target};

use crate::term;

/// The table in which refinery keeps what was applied.
const HISTORY: &str = "refinery_schema_history";

/// Applies what is pending, each migration in one transaction with its history row, and gives what was applied.
///
/// Refinery's ungrouped run writes the history row in a second transaction, so a crash between the two would leave a
/// migration applied and unrecorded. A grouped run up to one version at a time does both in one.
pub fn apply<C: Migrate>(connection: &mut C, migrations: &[Migration]) -> Result<Vec<String>> {
    Migrate::assert_migrations_table(connection, HISTORY).map_err(explain)?;
    let applied = Migrate::get_applied_migrations(connection, HISTORY).map_err(explain)?;
    verify(migrations, &applied)?;
    let mut done = Vec::new();
    for migration in migrations.iter().skip(applied.len()) {
        let start = Instant::now();
        Runner::new(migrations)
            .set_grouped(true)
            .set_target(Target::Version(migration.version()))
            .run(connection)
            .map_err(|error| {
                anyhow!(
                    "migration {} failed and was undone: {}",
                    label(migration),
                    reason(&error)
                )
            })?;
        term::note(format_args!(
            "applied {} in {}",
            label(migration),
            term::seconds(start.elapsed())
        ));
        done.push(label(migration));
    }
    Ok(done)
}

/// What the history says was applied, oldest first.
pub fn applied<C: Migrate>(connection: &mut C) -> Result<Vec<Migration>> {
    Migrate::get_applied_migrations(connection, HISTORY).map_err(explain)
}

/// Refuses a database that is newer than the code, and files that were changed after they were applied.
pub fn verify(migrations: &[Migration], applied: &[Migration]) -> Result<()> {
    for (index, old) in applied.iter().enumerate() {
        let Some(file) = migrations.get(index) else {
            bail!(
                "the database is newer than this code: it has migration {}, the code ends at {}; check out newer code \
                 or use another database",
                label(old),
                migrations.last().map_or_else(|| "none".to_owned(), label)
            );
        };
        if file.version() != old.version() || file.name() != old.name() {
            bail!(
                "the database has migration {} where the files have {}",
                label(old),
                label(file)
            );
        }
        if file.checksum() != old.checksum() {
            bail!(
                "migration {} was changed after it was applied: restore the file and put the change into a new one \
                 (cargo xtask migrate new NAME)",
                label(file)
            );
        }
    }
    Ok(())
}

/// The table that `status` shows.
pub fn status_rows(migrations: &[Migration], applied: &[Migration]) -> Vec<Vec<String>> {
    let mut rows = vec![term::row(["migration", "state", "applied on"])];
    for (index, migration) in migrations.iter().enumerate() {
        let (state, on) = match applied.get(index) {
            None => ("pending", String::new()),
            Some(old) if old.checksum() != migration.checksum() => ("changed", when(old)),
            Some(old) => ("applied", when(old)),
        };
        rows.push(vec![label(migration), state.to_owned(), on]);
    }
    for old in applied.iter().skip(migrations.len()) {
        rows.push(vec![label(old), "unknown".to_owned(), when(old)]);
    }
    rows
}

fn when(migration: &Migration) -> String {
    migration
        .applied_on()
        .map(|time| time.to_string())
        .unwrap_or_default()
}

/// The name as the file has it.
fn label(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version(), migration.name())
}

fn explain(error: refinery::Error) -> anyhow::Error {
    anyhow!("cannot read the migration history: {}", reason(&error))
}

/// What the database said, on one line: everything below refinery's own message.
fn reason(error: &refinery::Error) -> String {
    let outer: &dyn std::error::Error = error;
    let chain: Vec<String> = std::iter::successors(outer.source(), |error| error.source())
        .map(ToString::to_string)
        .collect();
    if chain.is_empty() {
        error.to_string()
    } else {
        chain.join(": ").replace('\n', " ")
    }
}
