//! What operators do to a database directly, and how the audit log tells it from what came over HTTP.

use std::time::SystemTime;

use anyhow::{Context, Result};
use domain::audit::{Action, Outcome};
use domain::{Id, Random, Timestamp};
use sql::native::{NativePostgres, NativeSqlite};
use store::Database;
use store::audit::Event;

use crate::migrate;
use crate::workspace::Workspace;

/// Runs `work` on the database at `url`, which must exist.
pub fn on<T>(workspace: &Workspace, url: &str, work: impl AsyncFnOnce(&Database) -> Result<T>) -> Result<T> {
    let db = match migrate::Database::parse(workspace, url)? {
        migrate::Database::Sqlite(path) => {
            anyhow::ensure!(path.exists(), "there is no database at {}", path.display());
            Database::new(NativeSqlite::new(path))
        }
        migrate::Database::Postgres(url) => Database::new(NativePostgres::new(url)),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")?;
    runtime.block_on(work(&db))
}

/// The present.
pub fn now() -> Timestamp {
    let elapsed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
}

/// An event without a request: the endpoint names the command.
pub fn event(action: Action, command: &'static str, at: Timestamp) -> Event {
    Event {
        id: Id::new(at, &System),
        at,
        request_id: "command-line".to_owned(),
        actor: None,
        session: None,
        action,
        outcome: Outcome::Success,
        method: "XTASK".to_owned(),
        endpoint: command,
        fingerprint: String::new(),
    }
}

/// The system's generator.
struct System;

impl Random for System {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has randomness");
    }
}
