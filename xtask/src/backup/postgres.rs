//! Postgres: what `pg_dump` writes in its own format, from one snapshot.

use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use postgres::config::Host;
use postgres::{Client, Config, NoTls};

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
    let mut client = Client::connect(url, NoTls).context("the database does not answer")?;
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
    Ok(command)
}
