//! Postgres: what `pg_dump` writes in its own format, from one snapshot.

use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use postgres::Config;
use postgres::config::{Host, SslMode};
use sql::native::tls;

use crate::migrate::postgres::connect;
use crate::process;
use crate::services::find::{self, Tools};
use crate::workspace::Workspace;

/// Dumps a database into a file.
pub fn backup(workspace: &Workspace, url: &str, file: &Path) -> Result<()> {
    let tools = find::postgres_clients(workspace)?;
    let mut dump = tool(&tools, "pg_dump", url)?;
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--file"])
        .arg(file);
    process::read(&mut dump).context("pg_dump failed")?;
    // A file that ends too early has no readable table of contents.
    let mut list = tool(&tools, "pg_restore", url)?;
    process::read(list.arg("--list").arg(file)).context("the dump cannot be read")?;
    Ok(())
}

/// Loads a dump into a database that has no tables, all of it or nothing.
pub fn restore(workspace: &Workspace, file: &Path, url: &str) -> Result<()> {
    let tools = find::postgres_clients(workspace)?;
    let mut client = connect(url)?;
    let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: i64 = client.query_one(tables, &[])?.get(0);
    ensure!(
        tables == 0,
        "the database has {tables} tables: restore into an empty one, nothing is overwritten"
    );
    let mut load = tool(&tools, "pg_restore", url)?;
    load.args([
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ])
    .arg("--dbname")
    .arg(
        config(url)?
            .get_dbname()
            .context("the address names no database")?,
    )
    .arg(file);
    process::read(&mut load).context("pg_restore failed; the database is empty as before")?;
    Ok(())
}

fn config(url: &str) -> Result<Config> {
    Config::from_str(url).context("the address is not understood")
}

/// A client program, told by its environment where to go: its arguments can be read in the list of processes.
fn tool(tools: &Tools, name: &str, url: &str) -> Result<Command> {
    let config = config(url)?;
    let mut command = tools.command(name, None);
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => bail!("the address names no host"),
    };
    command.env("PGHOST", host);
    if let Some(port) = config.get_ports().first() {
        command.env("PGPORT", port.to_string());
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", String::from_utf8_lossy(password).into_owned());
    }
    if let Some(name) = config.get_dbname() {
        command.env("PGDATABASE", name);
    }
    let knows_authorities = std::env::var_os(tls::AUTHORITIES).is_some_and(|file| !file.is_empty());
    if let Some(mode) = ssl_mode(config.get_ssl_mode(), knows_authorities) {
        command.env("PGSSLMODE", mode);
    }
    Ok(command)
}

/// What the address says of TLS, for libpq: it checks who the server is only with a file of authorities. Who says nothing has its defaults.
const fn ssl_mode(mode: SslMode, knows_authorities: bool) -> Option<&'static str> {
    match (mode, knows_authorities) {
        (SslMode::Disable, _) => Some("disable"),
        (SslMode::Require, true) => Some("verify-full"),
        (SslMode::Require, false) => Some("require"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_speak_tls_where_the_address_does() {
        for (query, authorities, expected) in [
            ("", true, None),
            ("?sslmode=disable", true, Some("disable")),
            ("?sslmode=require", false, Some("require")),
            ("?sslmode=require", true, Some("verify-full")),
        ] {
            let config = config(&format!("postgres://realcare@db.example.com/realcare{query}")).unwrap();
            assert_eq!(ssl_mode(config.get_ssl_mode(), authorities), expected, "{query}");
        }
    }
}
