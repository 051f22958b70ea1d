//! Empty databases that go away with their value.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

use super::super::{postgres as on_postgres, read_files, sqlite as on_sqlite};
use crate::migrate::Engine;

static NEXT: AtomicU32 = AtomicU32::new(0);

fn unique() -> String {
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    format!("realcare_migrate_{}_{number}", std::process::id())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file.
pub struct Sqlite(PathBuf);

/// A schema of its own on the server for tests.
pub struct Postgres {
    server: String,
    schema: String,
    url: String,
}

pub fn sqlite() -> Sqlite {
    let folder = std::env::temp_dir().join(unique());
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    Sqlite(folder)
}

/// `None`, said so, where no server is.
pub fn postgres() -> Option<Postgres> {
    let Ok(server) = std::env::var("REALCARE_TEST_POSTGRES_URL") else {
        println!("skipped on Postgres: REALCARE_TEST_POSTGRES_URL is not set");
        return None;
    };
    let schema = unique();
    let mut client = Client::connect(&server, NoTls).unwrap();
    client
        .batch_execute(&format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
        ))
        .unwrap();
    let url = format!("{server}?options=-csearch_path%3D{schema}");
    Some(Postgres { server, schema, url })
}

impl Sqlite {
    pub fn path(&self) -> PathBuf {
        self.0.join("test.db")
    }

    /// Applies the first `count` migrations, or those of them that are pending.
    pub fn migrate(&self, count: usize) {
        let mut migrations = read_files(&root(), Engine::Sqlite).unwrap();
        migrations.truncate(count);
        on_sqlite::apply(&self.path(), &migrations).unwrap();
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Postgres {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// As for SQLite.
    pub fn migrate(&self, count: usize) {
        let mut migrations = read_files(&root(), Engine::Postgres).unwrap();
        migrations.truncate(count);
        on_postgres::apply(&self.url, &migrations).unwrap();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            let _ = client.batch_execute(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema));
        }
    }
}
