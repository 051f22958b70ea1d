//! What an engine has to offer.

use std::future::Future;
use std::pin::Pin;

use crate::database::Engine;
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// An answer on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// One connection.
pub trait Connection: Send + Sync {
    /// Runs one statement and collects its rows; a statement without rows gives none.
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>>;

    /// The same for a statement that may take as long as it needs.
    fn run_long<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        self.run(statement, parameters)
    }
}

/// Opens connections to one database.
pub trait Backend: Send + Sync {
    /// The engine behind it.
    fn engine(&self) -> Engine;
    /// Opens a connection of its own.
    fn open(&self) -> Pending<'_, Box<dyn Connection>>;
}
