//! PostgreSQL: the same, guarded by an advisory lock that the server frees when the connection ends.

use anyhow::{Context, Result};
use postgres::{Client, NoTls};
use refinery::Migration;
use sql::native::tls;

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

/// A connection; with TLS where the address says `sslmode=require`.
pub fn connect(url: &str) -> Result<Client> {
    let mut config: postgres::Config = url
        .parse()
        .context("the Postgres URL cannot be read; of `sslmode` it may say disable, prefer or require")?;
    config
        .connect_timeout(std::time::Duration::from_secs(10))
        .application_name("realcare-xtask");
    let check = "cannot connect to Postgres; check the host, port, user and password in --url";
    match tls::connector(config.get_ssl_mode()).map_err(anyhow::Error::msg)? {
        Some(tls) => config.connect(tls).with_context(|| {
            format!(
                "{check}, and whose certificate the server shows: an authority that Mozilla does not know stands in the file that {} names",
                tls::AUTHORITIES
            )
        }),
        None => config.connect(NoTls).with_context(|| {
            format!("{check}; a server that takes TLS only needs `?sslmode=require` at its end")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_used_says_what_to_do() {
        let said = |url: &str| format!("{:#}", connect(url).err().expect("nobody is there"));
        // The port of the discard protocol: nobody listens.
        let plain = said("postgres://realcare@127.0.0.1:9/realcare");
        assert!(plain.contains("needs `?sslmode=require`"), "{plain}");
        let tls = said("postgres://realcare@127.0.0.1:9/realcare?sslmode=require");
        assert!(tls.contains("PGSSLROOTCERT"), "{tls}");
        let unknown = said("postgres://realcare@127.0.0.1:9/realcare?sslmode=verify-full");
        assert!(unknown.contains("disable, prefer or require"), "{unknown}");
    }
}
