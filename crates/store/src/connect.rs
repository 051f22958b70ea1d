//! The databases that Spin offers.

use sql::Database;
use sql::spin_postgres::SpinPostgres;
use sql::spin_sqlite::SpinSqlite;

/// The SQLite database under this label in the manifest.
pub fn sqlite(label: &str) -> Database {
    Database::new(SpinSqlite::new(label))
}

/// The Postgres database at this address.
pub fn postgres(address: &str) -> Database {
    Database::new(SpinPostgres::new(address))
}
