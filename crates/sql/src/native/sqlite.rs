//! SQLite by `rusqlite`, opened the way Spin opens it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::StatementStatus::RePrepare;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::dialect::for_sqlite;
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// The SQLite database in a file.
pub struct NativeSqlite {
    path: PathBuf,
    plans: Plans,
}

/// Whether a statement may be planned again when its parameters change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plans {
    Any,
    Once,
}

impl NativeSqlite {
    /// The file is created when it does not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let plans = Plans::Any;
        Self { path, plans }
    }

    /// For tests: fails a statement that SQLite plans again for each set of parameters, as it does where one stands behind `LIMIT`. That
    /// costs more than many a read.
    #[must_use]
    pub fn planning_once(self) -> Self {
        let plans = Plans::Once;
        Self { plans, ..self }
    }
}

impl Backend for NativeSqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let opened =
                rusqlite::Connection::open(&self.path).map_err(|e| Error::Unavailable(e.to_string()))?;
            opened
                .busy_timeout(Duration::from_secs(5))
                .map_err(|e| failure(&e))?;
            opened
                .pragma_update(None, "foreign_keys", true)
                .map_err(|e| failure(&e))?;
            Ok(Box::new(Held {
                connection: Mutex::new(opened),
                plans: self.plans,
            }) as Box<dyn Connection>)
        })
    }
}

struct Held {
    connection: Mutex<rusqlite::Connection>,
    plans: Plans,
}

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let statement = for_sqlite(statement);
            let (rows, planned_again) =
                collect(&connection, &statement, &parameters).map_err(|e| failure(&e))?;
            if planned_again && self.plans == Plans::Once {
                return Err(Error::Failed(format!("planned again: {statement}")));
            }
            Ok(rows)
        })
    }
}

fn collect(
    connection: &rusqlite::Connection,
    statement: &str,
    parameters: &[Value],
) -> rusqlite::Result<(Vec<Row>, bool)> {
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
    drop(rows);
    Ok((collected, prepared.get_status(RePrepare) > 0))
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
