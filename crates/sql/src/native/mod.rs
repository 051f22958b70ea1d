//! Native drivers, for the contract tests and the tools; components use Spin's.

mod postgres;
mod sqlite;
pub mod tls;

pub use postgres::NativePostgres;
pub use sqlite::NativeSqlite;
