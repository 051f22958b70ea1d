//! Each migration meets the rows of those before it (OPS-2): nothing is lost, and nothing that is there stands in its way.
//!
//! `rows/NNNN.sql` is what people have left in the tables by the time that the migration after NNNN comes: at least one row in each
//! table that NNNN makes. `BYTES(01)` stands for bytes in the words of either engine.

use std::collections::BTreeMap;
use std::path::Path;

use postgres::{Client, NoTls};
use rusqlite::Connection;

use super::fresh::{self, Postgres, Sqlite};
use crate::migrate::{Engine, read_files};

/// Tables whose rows come by migrations: there may be more of them afterwards.
const REFERENCE: &[&str] = &["regions"];

/// A database of either engine.
trait Database {
    fn migrate(&self, count: usize);
    fn run(&mut self, statements: &str);
    /// Every table of ours and how many rows it has.
    fn counts(&mut self) -> BTreeMap<String, i64>;
}

struct OnSqlite(Sqlite, Connection);

impl Database for OnSqlite {
    fn migrate(&self, count: usize) {
        self.0.migrate(count);
    }

    fn run(&mut self, statements: &str) {
        self.1.execute_batch(&bytes(statements, "X'", "'")).unwrap();
    }

    fn counts(&mut self) -> BTreeMap<String, i64> {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'refinery_%'
                      AND name NOT LIKE 'signal_words%'";
        let mut query = self.1.prepare(tables).unwrap();
        let tables = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let count = |table: &str| {
            let query = format!("SELECT COUNT(*) FROM {table}");
            self.1.query_row(&query, [], |row| row.get(0)).unwrap()
        };
        tables
            .map(Result::unwrap)
            .map(|table| (table.clone(), count(&table)))
            .collect()
    }
}

struct OnPostgres(Postgres, Client);

impl Database for OnPostgres {
    fn migrate(&self, count: usize) {
        self.0.migrate(count);
    }

    fn run(&mut self, statements: &str) {
        self.1.batch_execute(&bytes(statements, "'\\x", "'")).unwrap();
    }

    fn counts(&mut self) -> BTreeMap<String, i64> {
        let tables = "SELECT CAST(relname AS TEXT) FROM pg_class
                      WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'refinery_%'";
        let tables: Vec<String> = self
            .1
            .query(tables, &[])
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
        tables
            .into_iter()
            .map(|table| {
                let count = self
                    .1
                    .query_one(&format!("SELECT COUNT(*) FROM {table}"), &[])
                    .unwrap()
                    .get(0);
                (table, count)
            })
            .collect()
    }
}

/// Writes `BYTES(01)` as an engine does.
fn bytes(statements: &str, open: &str, close: &str) -> String {
    let mut parts = statements.split("BYTES(");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once(')').expect("BYTES(…)");
        text.push_str(&format!("{open}{digits}{close}{rest}"));
    }
    text
}

fn walk(database: &mut dyn Database, engine: Engine) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let migrations = read_files(&root.join(".."), engine).unwrap();
    for (index, migration) in migrations.iter().enumerate() {
        let before = database.counts();
        database.migrate(index + 1);
        let after = database.counts();
        for (table, rows) in &before {
            let after = after.get(table);
            let is_kept = match REFERENCE.contains(&table.as_str()) {
                true => after >= Some(rows),
                false => after == Some(rows),
            };
            assert!(
                is_kept,
                "{table} after {}: {after:?} rows of {rows}",
                migration.name()
            );
        }
        let file = root.join(format!("src/migrate/tests/rows/{:04}.sql", migration.version()));
        let rows = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; write the rows that the next migration will meet",
                file.display()
            )
        });
        database.run(&rows);
        for (table, rows) in database.counts() {
            assert!(
                rows > 0,
                "{table} has no row after rows/{:04}.sql",
                migration.version()
            );
        }
    }
}

#[test]
fn migrations_keep_the_rows_that_are_there_on_sqlite() {
    let sqlite = fresh::sqlite();
    let connection = Connection::open(sqlite.path()).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    walk(&mut OnSqlite(sqlite, connection), Engine::Sqlite);
}

#[test]
fn migrations_keep_the_rows_that_are_there_on_postgres() {
    let Some(postgres) = fresh::postgres() else { return };
    let client = Client::connect(postgres.url(), NoTls).unwrap();
    walk(&mut OnPostgres(postgres, client), Engine::Postgres);
}
