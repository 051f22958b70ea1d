//! `spin:sqlite`: databases in files.
//!
//! Every open is a connection of its own, with foreign keys on and a busy timeout of 5 s (both are defaults of the
//! driver and its SQLite, here and on Spin). `ATTACH` of a file is denied.

mod host;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use rusqlite::{
    Statement,
    hooks::{AuthAction, AuthContext, Authorization},
    params_from_iter,
    types::{FromSql, FromSqlError, FromSqlResult, Value as SqlValue, ValueRef},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

use crate::{
    bindings::spin::sqlite::sqlite::{Error, QueryResult, RowResult, Value},
    faults::{DATABASE, Faults, Struck},
    handles::Handles,
    runtime_config::SqliteBackend,
    streams::BUFFERED,
};

/// Results above this size are refused, as on Spin.
const LARGEST_RESULT: usize = 128 << 20;

/// The databases of an app by label, and what is broken on purpose.
pub struct Databases(BTreeMap<String, SqliteBackend>, Faults);

/// What one instance may do with databases, and what it has open.
pub struct Sqlite {
    databases: Arc<Databases>,
    allowed: Arc<BTreeSet<String>>,
    open: Handles<Connection>,
}

/// An open connection; statements on it run one after the other.
#[derive(Clone)]
struct Connection {
    opened: Arc<Mutex<rusqlite::Connection>>,
    faults: Faults,
}

/// A statement's columns, its rows as they are found, and how it ended.
struct Rows {
    columns: Vec<String>,
    rows: mpsc::Receiver<RowResult>,
    result: oneshot::Receiver<Result<(), Error>>,
}

impl Databases {
    /// Makes the directories of the files.
    ///
    /// # Errors
    /// One cannot be made.
    pub fn new(backends: &BTreeMap<String, SqliteBackend>, faults: Faults) -> anyhow::Result<Self> {
        for directory in backends
            .values()
            .filter_map(|backend| backend.path.as_deref()?.parent())
        {
            fs::create_dir_all(directory)
                .with_context(|| format!("cannot create {} for a database", directory.display()))?;
        }
        Ok(Self(backends.clone(), faults))
    }

    /// Whether a label has a database.
    pub fn contains(&self, label: &str) -> bool {
        self.0.contains_key(label)
    }
}

impl Sqlite {
    /// An instance's access to the labels in `allowed`.
    pub fn new(databases: Arc<Databases>, allowed: Arc<BTreeSet<String>>) -> Self {
        Self {
            databases,
            allowed,
            open: Handles::default(),
        }
    }

    fn backend(&self, label: &str) -> Result<(SqliteBackend, Faults), Error> {
        if !self.allowed.contains(label) {
            return Err(Error::AccessDenied);
        }
        let Databases(backends, faults) = &*self.databases;
        let backend = backends.get(label).cloned().ok_or(Error::NoSuchDatabase)?;
        Ok((backend, faults.clone()))
    }

    fn keep(&mut self, connection: Connection) -> Result<u32, Error> {
        self.open
            .push(connection)
            .map_err(|_| Error::Io("too many connections opened".into()))
    }

    fn connection(&self, handle: u32) -> Result<Connection, Error> {
        self.open.get(handle).cloned().ok_or(Error::InvalidConnection)
    }
}

impl Connection {
    async fn open((backend, faults): (SqliteBackend, Faults)) -> Result<Self, Error> {
        faults.open(DATABASE).await.map_err(broken)?;
        let opened = blocking(move || connect(&backend).map_err(failed)).await?;
        Ok(Self { opened, faults })
    }

    /// Runs a statement to its end.
    async fn query(&self, statement: String, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let passage = self.faults.call(DATABASE).await.map_err(broken)?;
        let connection = self.clone();
        let result = blocking(move || query(&connection.lock(), &statement, parameters)).await?;
        passage.end().await.map_err(broken)?;
        Ok(result)
    }

    /// Starts a statement. Its errors come with the result, also that it cannot be parsed.
    async fn stream(&self, statement: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        let passage = self.faults.call(DATABASE).await.map_err(broken)?;
        let connection = self.clone();
        let (columns, columns_end) = oneshot::channel();
        let (rows, rows_end) = mpsc::channel(BUFFERED);
        let (result, result_end) = oneshot::channel();
        spawn_blocking(move || {
            let connection = connection.lock();
            let _ = result.send(send_rows(&connection, &statement, parameters, columns, &rows));
        });
        // Without columns the statement could not be prepared.
        let columns = columns_end.await.unwrap_or_default();
        Ok(Rows {
            columns,
            rows: rows_end,
            result: passage.end_of(result_end, || broken(Struck)),
        })
    }

    fn changes(&self) -> u64 {
        self.lock().changes()
    }

    fn last_insert_rowid(&self) -> i64 {
        self.lock().last_insert_rowid()
    }

    fn lock(&self) -> MutexGuard<'_, rusqlite::Connection> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As a file is that lies on a disk which fails.
fn broken(_: Struck) -> Error {
    Error::Io(format!("disk I/O error: {}", Struck::TEXT))
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    spawn_blocking(work)
        .await
        .map_err(|error| Error::Io(error.to_string()))?
}

fn connect(backend: &SqliteBackend) -> rusqlite::Result<Arc<Mutex<rusqlite::Connection>>> {
    let connection = match &backend.path {
        Some(path) => rusqlite::Connection::open(path)?,
        None => rusqlite::Connection::open_in_memory()?,
    };
    if !backend.allow_attach_file {
        connection.authorizer(Some(deny_attach));
    }
    Ok(Arc::new(Mutex::new(connection)))
}

/// Memory and temporary databases may be attached, files may not.
fn deny_attach(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

fn query(
    connection: &rusqlite::Connection,
    statement: &str,
    parameters: Vec<Value>,
) -> Result<QueryResult, Error> {
    let mut statement = connection.prepare_cached(statement).map_err(failed)?;
    let columns = columns(&statement);
    let mut found = statement
        .query(params_from_iter(parameters.into_iter().map(to_sql)))
        .map_err(failed)?;
    let mut rows = Vec::new();
    let mut size = 0;
    while let Some(row) = found.next().map_err(failed)? {
        let row = to_row(row, columns.len()).map_err(failed)?;
        size += row_size(&row);
        bounded(size)?;
        rows.push(row);
    }
    Ok(QueryResult { columns, rows })
}

fn send_rows(
    connection: &rusqlite::Connection,
    statement: &str,
    parameters: Vec<Value>,
    columns_end: oneshot::Sender<Vec<String>>,
    rows_end: &mpsc::Sender<RowResult>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(statement).map_err(failed)?;
    let columns = columns(&statement);
    let width = columns.len();
    columns_end
        .send(columns)
        .map_err(|_| Error::Io("column send error".into()))?;
    let mut rows = statement
        .query(params_from_iter(parameters.into_iter().map(to_sql)))
        .map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let row = to_row(row, width).map_err(failed)?;
        bounded(row_size(&row))?;
        rows_end
            .blocking_send(row)
            .map_err(|_| Error::Io("row send error".into()))?;
    }
    Ok(())
}

fn columns(statement: &Statement<'_>) -> Vec<String> {
    statement.column_names().into_iter().map(str::to_owned).collect()
}

fn bounded(size: usize) -> Result<(), Error> {
    if size > LARGEST_RESULT {
        return Err(Error::Io(format!(
            "query result exceeds limit of {LARGEST_RESULT} bytes"
        )));
    }
    Ok(())
}

fn row_size(row: &RowResult) -> usize {
    let payload = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Integer(_) | Value::Real(_) | Value::Null => 0,
    };
    row.values
        .iter()
        .map(|value| size_of::<Value>() + payload(value))
        .sum()
}

fn to_row(row: &rusqlite::Row<'_>, width: usize) -> rusqlite::Result<RowResult> {
    let values = (0..width)
        .map(|column| row.get(column))
        .collect::<Result<_, _>>()?;
    Ok(RowResult { values })
}

impl FromSql for Value {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(
                String::from_utf8(text.to_vec()).map_err(|error| FromSqlError::Other(error.into()))?,
            ),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        })
    }
}

fn to_sql(value: Value) -> SqlValue {
    match value {
        Value::Null => SqlValue::Null,
        Value::Integer(number) => SqlValue::Integer(number),
        Value::Real(number) => SqlValue::Real(number),
        Value::Text(text) => SqlValue::Text(text),
        Value::Blob(bytes) => SqlValue::Blob(bytes),
    }
}

fn failed(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn memory() -> Connection {
        Connection::open((SqliteBackend::default(), Faults::default()))
            .await
            .unwrap()
    }

    async fn run(connection: &Connection, statement: &str) -> Result<QueryResult, Error> {
        connection.query(statement.to_owned(), Vec::new()).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn connections_have_the_settings_of_spin() {
        let connection = memory().await;
        for (pragma, expected) in [("foreign_keys", 1), ("busy_timeout", 5000)] {
            let result = run(&connection, &format!("PRAGMA {pragma}")).await.unwrap();
            assert!(
                matches!(result.rows[0].values[..], [Value::Integer(value)] if value == expected),
                "{pragma}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_are_not_attached() {
        let connection = memory().await;
        assert!(run(&connection, "ATTACH ':memory:' AS a").await.is_ok());
        assert!(run(&connection, "ATTACH '/tmp/x.db' AS b").await.is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failing_statement_is_ok_until_drained() {
        let connection = memory().await;
        run(&connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
            .await
            .unwrap();
        run(&connection, "INSERT INTO t VALUES (1)").await.unwrap();
        for statement in ["INSERT INTO t VALUES (1)", "NONSENSE"] {
            let mut rows = connection.stream(statement.into(), Vec::new()).await.unwrap();
            assert!(rows.rows.recv().await.is_none());
            assert!(
                matches!(rows.result.await.unwrap(), Err(Error::Io(_))),
                "{statement}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn values_come_back_as_they_went() {
        let values = vec![
            Value::Integer(i64::MIN),
            Value::Real(0.5),
            Value::Text("한국어".into()),
            Value::Blob(vec![0, 255]),
            Value::Null,
        ];
        let result = memory()
            .await
            .query("SELECT $1, $2, $3, $4, $5".into(), values.clone())
            .await
            .unwrap();
        assert_eq!(format!("{:?}", result.rows[0].values), format!("{values:?}"));
    }
}
