//! One [`Database`] over several engines, so that everything above it is written once.
//!
//! Statements use `$1, $2 …`, which both engines bind, and select an instant as `utc(column)` (see `dialect`). Where a statement cannot be the same on both, the caller asks
//! [`Database::engine`] and keeps the two texts side by side.

mod backend;
mod database;
#[cfg(any(target_family = "wasm", feature = "native"))]
mod dialect;
mod error;
#[cfg(feature = "native")]
pub mod native;
pub mod patient;
mod row;
#[cfg(target_family = "wasm")]
pub mod spin_postgres;
#[cfg(target_family = "wasm")]
pub mod spin_sqlite;
#[cfg(target_family = "wasm")]
pub mod spin_timer;
mod value;

pub use backend::{Backend, Connection, Pending};
pub use database::{Database, Engine, Transaction};
pub use error::Error;
pub use row::{FromValue, Row};
pub use value::{Instant, Value};
