//! PostgreSQL: the same, guarded by an advisory lock that the server frees when the connection ends.

use anyhow::{Context, Result};
use postgres::{Client, NoTls};
use refinery::Migration;

use super::runner;
use crate::term;

/// Any number that no other user of the database takes: the bytes of "realcare".
const LOCK: i64 = i64::from_be_bytes(*b"realcare");

/// Applies what is pending; one runner at a time.
pub fn apply(url: &str, migrations: &[Migration]) -> Result<Vec<String>> {
    let mut client = connect(url)?;
    let free: bool = client
        .query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK])?
        .get(0);
    if !free {
        term::note("another migration runs, waiting for it");
        client.query_one("SELECT pg_advisory_lock($1)", &[&LOCK])?;
    }
    runner::apply(&mut client, migrations)
}

/// What was applied, without creating or changing anything.
pub fn applied(url: &str) -> Result<Vec<Migration>> {
    let mut client = connect(url)?;
    let known: bool = client
        .query_one("SELECT to_regclass('refinery_schema_history') IS NOT NULL", &[])?
        .get(0);
    if known {
        runner::applied(&mut client)
    } else {
        Ok(Vec::new())
    }
}

fn connect(url: &str) -> Result<Client> {
    let mut config: postgres::Config = url.parse().context("the Postgres URL cannot be read")?;
    config
        .connect_timeout(std::time::Duration::from_secs(10))
        .application_name("realcare-migrate");
    config
        .connect(NoTls)
        .context("cannot connect to Postgres; check the host, port, user and password in --url")
}
