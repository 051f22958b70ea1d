//! What a store has to offer.

use std::future::Future;
use std::pin::Pin;

use crate::error::Error;

/// An answer on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The four operations that behave the same on every store.
pub trait Backend: Send + Sync {
    /// The bytes under `key`.
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>>;
    /// Puts bytes under `key`.
    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()>;
    /// Removes `key`, if it is there.
    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()>;
    /// Adds `delta` to the counter under `key` in one atomic step and gives the sum; a missing counter is 0. A key is
    /// either a counter or a value, never both: stores keep the two in different forms.
    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64>;
}
