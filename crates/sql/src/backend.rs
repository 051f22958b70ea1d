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
}

/// Opens connections to one database.
pub trait Backend: Send + Sync {
    /// The engine behind it.
    fn engine(&self) -> Engine;
    /// Opens a connection of its own.
    fn open(&self) -> Pending<'_, Box<dyn Connection>>;
}
