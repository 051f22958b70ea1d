//! SQLite by `rusqlite`, opened the way Spin opens it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::dialect::for_sqlite;
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// The SQLite database in a file.
pub struct NativeSqlite(PathBuf);

impl NativeSqlite {
    /// The file is created when it does not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl Backend for NativeSqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let opened =
                rusqlite::Connection::open(&self.0).map_err(|e| Error::Unavailable(e.to_string()))?;
            opened
                .busy_timeout(Duration::from_secs(5))
                .map_err(|e| failure(&e))?;
            opened
                .pragma_update(None, "foreign_keys", true)
                .map_err(|e| failure(&e))?;
            Ok(Box::new(Held(Mutex::new(opened))) as Box<dyn Connection>)
        })
    }
}

struct Held(Mutex<rusqlite::Connection>);

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            collect(&connection, &for_sqlite(statement), &parameters).map_err(|e| failure(&e))
        })
    }
}

fn collect(
    connection: &rusqlite::Connection,
    statement: &str,
    parameters: &[Value],
) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(statement)?;
    let width = prepared.column_count();
    let mut rows = prepared.query(rusqlite::params_from_iter(parameters))?;
    let mut collected = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..width)
            .map(|i| row.get_ref(i).map(read))
            .collect::<rusqlite::Result<_>>()?;
        collected.push(Row::new(values));
    }
    Ok(collected)
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(value) => ToSqlOutput::from(*value),
            Self::Int(value) => ToSqlOutput::from(*value),
            Self::Text(text) | Self::Day(text) => ToSqlOutput::from(text.as_str()),
            Self::Bytes(bytes) => ToSqlOutput::from(bytes.as_slice()),
            Self::Uuid(uuid) => ToSqlOutput::from(uuid.to_string()),
            Self::Instant(instant) => instant
                .to_text()
                .map_or(ToSqlOutput::Borrowed(ValueRef::Null), ToSqlOutput::from),
        })
    }
}

fn read(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

fn failure(error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure,
    };
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked | CannotOpen | SystemIoFailure | ReadOnly | DiskFull) => {
            Error::Unavailable(error.to_string())
        }
        _ => Error::Failed(error.to_string()),
    }
}
