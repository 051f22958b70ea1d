//! Migrations are safe where people are not: two at once, a mistake in the middle, a file that was changed, code that is too old (OPS-2).

use std::thread;

use ::postgres::{Client, NoTls};
use anyhow::Result;
use refinery::Migration;
use rusqlite::Connection;

use super::super::{postgres as on_postgres, sqlite as on_sqlite};
use super::fresh;

/// An empty database of either engine.
trait Empty: Sync {
    fn apply(&self, migrations: &[Migration]) -> Result<Vec<String>>;
    /// How many rows a table has; nothing if it is not there.
    fn rows(&self, table: &str) -> Option<i64>;
}

impl Empty for fresh::Sqlite {
    fn apply(&self, migrations: &[Migration]) -> Result<Vec<String>> {
        on_sqlite::apply(&self.path(), migrations)
    }

    fn rows(&self, table: &str) -> Option<i64> {
        let connection = Connection::open(self.path()).unwrap();
        let count = format!("SELECT COUNT(*) FROM {table}");
        connection.query_row(&count, [], |row| row.get(0)).ok()
    }
}

impl Empty for fresh::Postgres {
    fn apply(&self, migrations: &[Migration]) -> Result<Vec<String>> {
        on_postgres::apply(self.url(), migrations)
    }

    fn rows(&self, table: &str) -> Option<i64> {
        let mut client = Client::connect(self.url(), NoTls).unwrap();
        let row = client.query_one(&format!("SELECT COUNT(*) FROM {table}"), &[]);
        row.ok().map(|row| row.get(0))
    }
}

fn migration(number: u32, name: &str, sql: &str) -> Migration {
    Migration::unapplied(&format!("V{number}__{name}"), sql).unwrap()
}

fn good() -> Vec<Migration> {
    vec![
        migration(
            1,
            "people",
            "CREATE TABLE people (id INTEGER PRIMARY KEY); INSERT INTO people VALUES (1)",
        ),
        migration(
            2,
            "homes",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY); INSERT INTO people VALUES (2)",
        ),
    ]
}

const HISTORY: &str = "refinery_schema_history";

fn each_is_applied_once_by_many(database: &dyn Empty) {
    let migrations = good();
    let applied: Vec<String> = thread::scope(|scope| {
        let runners: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| database.apply(&migrations).unwrap()))
            .collect();
        let applied = runners.into_iter().map(|runner| runner.join().unwrap());
        applied.flatten().collect()
    });
    assert_eq!(applied, ["0001_people", "0002_homes"]);
    assert_eq!(
        (database.rows("people"), database.rows(HISTORY)),
        (Some(2), Some(2))
    );
}

fn a_failed_one_leaves_nothing(database: &dyn Empty) {
    let [first, _] = &good()[..] else {
        panic!("two migrations")
    };
    let halfway = "CREATE TABLE homes (id INTEGER PRIMARY KEY); INSERT INTO people VALUES (2); INSERT INTO nowhere VALUES (1)";
    let migrations = [first.clone(), migration(2, "homes", halfway)];
    let error = database.apply(&migrations).unwrap_err().to_string();
    assert!(
        error.contains("migration 0002_homes failed and was undone"),
        "{error}"
    );
    assert!(error.contains("nowhere"), "it says why: {error}");
    assert_eq!((database.rows("people"), database.rows("homes")), (Some(1), None));
    assert_eq!(database.rows(HISTORY), Some(1));
    // Corrected, it goes on from there.
    assert_eq!(database.apply(&good()).unwrap(), ["0002_homes"]);
    assert_eq!(database.rows("people"), Some(2));
}

fn what_does_not_fit_is_refused(database: &dyn Empty) {
    let migrations = good();
    database.apply(&migrations).unwrap();
    let error = database.apply(&migrations[..1]).unwrap_err().to_string();
    assert!(
        error.contains("the database is newer than this code: it has migration 0002_homes"),
        "{error}"
    );
    let changed = migration(2, "homes", "CREATE TABLE homes (id INTEGER PRIMARY KEY)");
    let error = database
        .apply(&[migrations[0].clone(), changed])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("migration 0002_homes was changed after it was applied"),
        "{error}"
    );
    assert_eq!(
        (database.rows("people"), database.rows(HISTORY)),
        (Some(2), Some(2))
    );
}

#[test]
fn migrations_are_safe_on_sqlite() {
    each_is_applied_once_by_many(&fresh::sqlite());
    a_failed_one_leaves_nothing(&fresh::sqlite());
    what_does_not_fit_is_refused(&fresh::sqlite());
}

#[test]
fn migrations_are_safe_on_postgres() {
    let databases = (fresh::postgres(), fresh::postgres(), fresh::postgres());
    let (Some(first), Some(second), Some(third)) = databases else {
        return;
    };
    each_is_applied_once_by_many(&first);
    a_failed_one_leaves_nothing(&second);
    what_does_not_fit_is_refused(&third);
}
