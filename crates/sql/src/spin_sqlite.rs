//! Spin's SQLite.

// The SDK wraps the asynchronous half of the interface only.
use spin_sdk::sqlite::wit::sqlite;

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::dialect::for_sqlite;
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// The SQLite database with this label in the manifest.
pub struct SpinSqlite(String);

impl SpinSqlite {
    /// The database that `spin.toml` grants under `label`.
    pub fn new(label: impl Into<String>) -> Self {
        Self(label.into())
    }
}

impl Backend for SpinSqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let opened = sqlite::Connection::open_async(self.0.clone())
                .await
                .map_err(failure)?;
            Ok(Box::new(Held(opened)) as Box<dyn Connection>)
        })
    }
}

struct Held(sqlite::Connection);

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let parameters: Vec<_> = parameters.into_iter().map(bind).collect();
            if is_read(statement) {
                return self.read(&for_sqlite(statement), &parameters);
            }
            let statement = for_sqlite(statement).into_owned();
            let (_, found, result) = self
                .0
                .execute_async(statement, parameters)
                .await
                .map_err(failure)?;
            let found = found.collect().await;
            // A statement that failed is only known to have failed once its result is drained.
            result.await.map_err(failure)?;
            Ok(rows(found))
        })
    }
}

impl Held {
    /// A read, by the interface that blocks the instance: it hands all rows over at once, which costs half as much as a stream of them, and the
    /// others of the instance wait for microseconds, because in WAL mode no reader ever waits for a lock. What writes may wait for one, or
    /// for the disk, and goes the other way.
    fn read(&self, statement: &str, parameters: &[sqlite::Value]) -> Result<Vec<Row>, Error> {
        let found = self.0.execute(statement, parameters).map_err(failure)?;
        Ok(rows(found.rows))
    }
}

/// Whether a statement only reads, whatever its parameters are: in SQLite a `SELECT` cannot hold anything that writes.
fn is_read(statement: &str) -> bool {
    statement.trim_ascii_start().starts_with("SELECT")
}

fn rows(found: Vec<sqlite::RowResult>) -> Vec<Row> {
    found
        .into_iter()
        .map(|row| Row::new(row.values.into_iter().map(read).collect()))
        .collect()
}

fn bind(value: Value) -> sqlite::Value {
    match value {
        Value::Null => sqlite::Value::Null,
        Value::Bool(value) => sqlite::Value::Integer(i64::from(value)),
        Value::Int(value) => sqlite::Value::Integer(value),
        Value::Text(text) | Value::Day(text) => sqlite::Value::Text(text),
        Value::Bytes(bytes) => sqlite::Value::Blob(bytes),
        Value::Uuid(uuid) => sqlite::Value::Text(uuid.to_string()),
        Value::Instant(instant) => instant.to_text().map_or(sqlite::Value::Null, sqlite::Value::Text),
    }
}

fn read(value: sqlite::Value) -> Value {
    match value {
        sqlite::Value::Null | sqlite::Value::Real(_) => Value::Null,
        sqlite::Value::Integer(value) => Value::Int(value),
        sqlite::Value::Text(text) => Value::Text(text),
        sqlite::Value::Blob(bytes) => Value::Bytes(bytes),
    }
}

fn failure(error: sqlite::Error) -> Error {
    match error {
        sqlite::Error::Io(text) if !is_busy(&text) => Error::Failed(text),
        other => Error::Unavailable(other.to_string()),
    }
}

/// SQLite errors come as text only. Locked or unreadable files and full disks may be well again at the next try.
fn is_busy(text: &str) -> bool {
    [
        "database is locked",
        "database table is locked",
        "unable to open",
        "disk I/O error",
        "readonly database",
        "database or disk is full",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}
