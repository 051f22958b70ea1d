//! The database as everything above sees it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::{Backend, Connection};
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// Which engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// Postgres 15 or newer.
    Postgres,
}

/// One database. It holds one connection for single statements, opened at the first use and again after a failure;
/// a transaction has a connection of its own, because requests that share an instance share the held one.
pub struct Database {
    backend: Box<dyn Backend>,
    held: Mutex<Option<Arc<dyn Connection>>>,
}

impl Database {
    /// A database over `backend`; connects when it is first used.
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self {
            backend: Box::new(backend),
            held: Mutex::new(None),
        }
    }

    /// The engine, for the few statements that cannot be the same on both.
    pub fn engine(&self) -> Engine {
        self.backend.engine()
    }

    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Failed`].
    pub async fn query(&self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Error> {
        let connection = self.connection().await?;
        let answer = connection.run(statement, parameters).await;
        self.heard(&connection, answer)
    }

    /// The same for the few statements that touch a whole table and may take as long as they need.
    ///
    /// # Errors
    /// As [`Database::query`].
    pub async fn query_long(&self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Error> {
        let connection = self.connection().await?;
        let answer = connection.run_long(statement, parameters).await;
        self.heard(&connection, answer)
    }

    /// A connection that cannot be used any more is not held.
    fn heard<T>(&self, connection: &Arc<dyn Connection>, answer: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Unavailable(_)) = &answer {
            self.forget(connection);
        }
        answer
    }

    /// Runs one statement and returns its first row, if any.
    ///
    /// # Errors
    /// As [`Database::query`].
    pub async fn query_optional(
        &self,
        statement: &str,
        parameters: Vec<Value>,
    ) -> Result<Option<Row>, Error> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Begins a transaction on a connection of its own. Dropped without [`Transaction::commit`], it leaves nothing behind.
    ///
    /// # Errors
    /// As [`Database::query`].
    pub async fn begin(&self) -> Result<Transaction, Error> {
        let connection = self.backend.open().await?;
        match self.engine() {
            Engine::Sqlite => connection.run("BEGIN IMMEDIATE", Vec::new()).await?,
            Engine::Postgres => {
                // Spin hands pooled connections on as they are: a transaction that an earlier request abandoned
                // may still be open on this one.
                connection.run("ROLLBACK", Vec::new()).await?;
                connection.run("BEGIN", Vec::new()).await?
            }
        };
        Ok(Transaction {
            connection,
            engine: self.engine(),
        })
    }

    async fn connection(&self) -> Result<Arc<dyn Connection>, Error> {
        if let Some(held) = self.lock().as_ref() {
            return Ok(Arc::clone(held));
        }
        let opened: Arc<dyn Connection> = Arc::from(self.backend.open().await?);
        *self.lock() = Some(Arc::clone(&opened));
        Ok(opened)
    }

    fn forget(&self, failed: &Arc<dyn Connection>) {
        let mut held = self.lock();
        if held.as_ref().is_some_and(|held| Arc::ptr_eq(held, failed)) {
            *held = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<dyn Connection>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Several statements that happen together or not at all.
pub struct Transaction {
    connection: Box<dyn Connection>,
    engine: Engine,
}

impl Transaction {
    /// The engine, for the few statements that cannot be the same on both.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// As [`Database::query`]. After an error the transaction can only be dropped.
    pub async fn query(&self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Error> {
        self.connection.run(statement, parameters).await
    }

    /// The same for the few statements that touch a whole table and may take as long as they need.
    ///
    /// # Errors
    /// As [`Transaction::query`].
    pub async fn query_long(&self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Error> {
        self.connection.run_long(statement, parameters).await
    }

    /// Makes everything permanent.
    ///
    /// # Errors
    /// As [`Database::query`]; then nothing was written.
    pub async fn commit(self) -> Result<(), Error> {
        self.connection.run("COMMIT", Vec::new()).await.map(|_| ())
    }

    /// Gives everything up at once. Dropping does the same in SQLite; a pooled Postgres connection keeps its locks until
    /// somebody uses it again, so whoever decides not to commit says so.
    ///
    /// # Errors
    /// As [`Database::query`].
    pub async fn rollback(self) -> Result<(), Error> {
        self.connection.run("ROLLBACK", Vec::new()).await.map(|_| ())
    }
}
