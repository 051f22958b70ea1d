//! The databases that Spin offers.

use sql::Database;
use sql::patient::Patient;
use sql::spin_postgres::SpinPostgres;
use sql::spin_sqlite::SpinSqlite;
use sql::spin_timer::sleep;

/// The SQLite database under this label in the manifest.
pub fn sqlite(label: &str) -> Database {
    Database::new(Patient::new(SpinSqlite::new(label), sleep))
}

/// The Postgres database at this address.
pub fn postgres(address: &str) -> Database {
    Database::new(Patient::new(SpinPostgres::new(address), sleep))
}
