//! Databases that exist for one test: a SQLite file in a folder of its own, a schema of its own in Postgres.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sql::Database;
use sql::native::{NativePostgres, NativeSqlite};

/// Names the Postgres server for tests, as a URL. Without it the Postgres half is skipped.
const POSTGRES: &str = "REALCARE_TEST_POSTGRES_URL";

/// The table in which the runner keeps what was applied, as `cargo xtask migrate` makes it.
const HISTORY: &str = include_str!("history.sql");
/// A row of it.
const RECORDED: &str = include_str!("recorded.sql");

/// A database that nobody else uses.
#[derive(Clone)]
pub struct Fresh {
    /// The database.
    pub db: Arc<Database>,
    place: Place,
}

#[derive(Clone)]
enum Place {
    File(Arc<Folder>),
    Schema(String),
}

impl Fresh {
    /// A migrated SQLite file; its folder goes when the last clone does.
    pub fn sqlite() -> Self {
        let fresh = Self::empty_sqlite();
        let Place::File(folder) = &fresh.place else {
            unreachable!("it is a file")
        };
        let connection = rusqlite::Connection::open(folder.file()).expect("a temporary database opens");
        connection
            .execute_batch(&migrations("sqlite"))
            .expect("the migrations for SQLite apply");
        fresh
    }

    /// A SQLite file in WAL mode without any table.
    pub fn empty_sqlite() -> Self {
        let folder = Folder::new();
        let connection = rusqlite::Connection::open(folder.file()).expect("a temporary database opens");
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .expect("WAL");
        assert_eq!(mode, "wal");
        let db = Arc::new(Database::new(NativeSqlite::new(folder.file()).planning_once()));
        Self {
            db,
            place: Place::File(Arc::new(folder)),
        }
    }

    async fn empty_postgres(url: &str) -> Self {
        let schema = format!("test_{}", unique());
        let (drop, create) = (drop_schema(&schema), format!("CREATE SCHEMA {schema};"));
        batch(url, &format!("{drop}{create}")).await;
        let separator = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{separator}options=-csearch_path%3D{schema}");
        Self {
            db: Arc::new(Database::new(NativePostgres::new(own.clone()))),
            place: Place::Schema(own),
        }
    }

    /// Another handle to the same database with a connection of its own, as another instance would have.
    pub fn another_instance(&self) -> Database {
        match &self.place {
            Place::File(folder) => Database::new(NativeSqlite::new(folder.file()).planning_once()),
            Place::Schema(address) => Database::new(NativePostgres::new(address.clone())),
        }
    }
}

/// Runs a test on SQLite; `migrated` or without any table.
pub async fn on_sqlite<F: Future>(state: State, test: impl FnOnce(Fresh) -> F) {
    test(match state {
        State::Migrated => Fresh::sqlite(),
        State::Empty => Fresh::empty_sqlite(),
    })
    .await;
}

/// Runs a test on Postgres, or says that it was skipped.
pub async fn on_postgres<F: Future>(state: State, test: impl FnOnce(Fresh) -> F) {
    let Ok(url) = std::env::var(POSTGRES) else {
        println!("skipped on Postgres: {POSTGRES} is not set");
        return;
    };
    let fresh = Fresh::empty_postgres(&url).await;
    let Place::Schema(address) = fresh.place.clone() else {
        unreachable!("it is a schema")
    };
    if state == State::Migrated {
        batch(&address, &migrations("postgres")).await;
    }
    test(fresh).await;
    let schema = address.rsplit("%3D").next().unwrap_or_default();
    batch(&url, &drop_schema(schema)).await;
}

/// What a test finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Every migration is applied.
    Migrated,
    /// Nothing is there.
    Empty,
}

fn drop_schema(schema: &str) -> String {
    format!("DROP SCHEMA IF EXISTS {schema} CASCADE;")
}

async fn batch(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the test server answers");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(statements)
        .await
        .expect("the statements run");
    drop(client);
    let _ = connection.await;
}

/// Every migration of an engine in order, with the rows that the runner leaves.
fn migrations(engine: &str) -> String {
    let folder = root().join("migrations").join(engine);
    let entries = std::fs::read_dir(&folder).expect("the migrations can be read");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut all = format!("BEGIN;\n{HISTORY}");
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "sql"))
    {
        let stem = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("NNNN_name.sql");
        let (number, name) = stem.split_once('_').expect("NNNN_name.sql");
        let version: u32 = number.parse().expect("NNNN_name.sql");
        all.push_str(&std::fs::read_to_string(file).expect("a migration can be read"));
        all.push_str(
            &RECORDED
                .replace("{version}", &version.to_string())
                .replace("{name}", name),
        );
    }
    all.push_str("COMMIT;");
    all
}

fn root() -> PathBuf {
    // As cargo says when the tests run: a target directory that two clones share may hold the other's build.
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&here)
        .ancestors()
        .nth(2)
        .expect("packages lie two folders below the root")
        .to_owned()
}

/// A folder that goes with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("realcare-test-{}", unique()));
        // A process of an earlier boot may have had the same number.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("test.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Different in every process that runs at the same time, and in every call.
fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}
