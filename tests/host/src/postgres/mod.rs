//! `spin:postgres`: pooled connections to Postgres servers within `allowed_outbound_hosts`.
//!
//! As on Spin a pool holds 64 connections for each address, a guest's handle keeps one of them until it is dropped, and
//! nothing is rolled back when it goes back: an open transaction is met by whoever gets the connection next. Every
//! statement is prepared anew.
#![expect(
    clippy::result_large_err,
    reason = "the error of the interface holds all that the server said"
)]

mod host;
mod values;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures::{TryStreamExt, pin_mut};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{
    Config, NoTls, Row,
    config::{Host, SslMode},
    types::ToSql,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    allowed_hosts::AllowedHosts,
    bindings::spin::postgres::postgres::{
        Column, DbError, DbValue, Error, ParameterValue, QueryError, Row as WitRow, RowSet,
    },
    faults::{DATABASE, Faults, Passage, Struck},
    handles::Handles,
    streams::BUFFERED,
};

/// Connections to one address.
const POOL_SIZE: usize = 64;
/// Results above this size are refused, as on Spin.
const LARGEST_RESULT: usize = 128 << 20;

/// The pools of an app, by address and certificate authority.
pub struct Pools {
    open: Mutex<HashMap<(String, Option<String>), Pool>>,
    faults: Faults,
}

/// What one instance may do with Postgres, and what it has open.
pub struct Postgres {
    pools: Arc<Pools>,
    allowed: Arc<AllowedHosts>,
    open: Handles<Connection>,
    builders: Handles<Builder>,
}

/// A connection on loan from a pool.
#[derive(Clone)]
struct Connection {
    loan: Arc<Object>,
    faults: Faults,
}

/// What a guest has said so far about a connection to come.
#[derive(Clone)]
struct Builder {
    address: String,
    authority: Option<String>,
}

/// A query's columns, its rows as they are found, and how it ended.
struct Rows {
    columns: Vec<Column>,
    rows: mpsc::Receiver<WitRow>,
    result: oneshot::Receiver<Result<(), Error>>,
}

impl Postgres {
    /// An instance's access to the servers in `allowed`.
    pub fn new(pools: Arc<Pools>, allowed: Arc<AllowedHosts>) -> Self {
        Self {
            pools,
            allowed,
            open: Handles::default(),
            builders: Handles::default(),
        }
    }

    fn keep(&mut self, connection: Connection) -> Result<u32, Error> {
        self.open
            .push(connection)
            .map_err(|_| Error::ConnectionFailed("too many connections".into()))
    }

    fn connection(&self, handle: u32) -> Result<Connection, Error> {
        self.open
            .get(handle)
            .cloned()
            .ok_or_else(|| Error::ConnectionFailed("no connection found".into()))
    }

    fn builder(&self, handle: u32) -> Result<Builder, Error> {
        self.builders
            .get(handle)
            .cloned()
            .ok_or_else(|| Error::ConnectionFailed("no builder found".into()))
    }
}

/// Refuses addresses that the component may not reach.
fn check_address(allowed: &AllowedHosts, address: &str) -> Result<(), Error> {
    let config: Config = address
        .parse()
        .map_err(|error| Error::ConnectionFailed(format!("{error}")))?;
    let ports = config.get_ports();
    for (index, host) in config.get_hosts().iter().enumerate() {
        let Host::Tcp(host) = host else {
            return Err(Error::ConnectionFailed(
                "Unix sockets are not supported on WebAssembly".into(),
            ));
        };
        let port = ports
            .get(index)
            .or_else(|| ports.first().filter(|_| ports.len() == 1));
        let url = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        if !allowed.allows(&format!("postgres://{url}"), "postgres") {
            return Err(Error::ConnectionFailed(format!(
                "address postgres://{url} is not permitted"
            )));
        }
    }
    Ok(())
}

impl Pools {
    /// No connection yet.
    pub fn new(faults: Faults) -> Self {
        let open = Mutex::default();
        Self { open, faults }
    }

    async fn connect(&self, builder: &Builder) -> Result<Connection, Error> {
        let refused = |_| Error::ConnectionFailed(Struck::TEXT.into());
        self.faults.open(DATABASE).await.map_err(refused)?;
        let connect = async {
            let pool = self.pool(builder)?;
            anyhow::Ok(Connection {
                loan: Arc::new(pool.get().await?),
                faults: self.faults.clone(),
            })
        };
        connect
            .await
            .map_err(|error| Error::ConnectionFailed(format!("{error:?}")))
    }

    fn pool(&self, builder: &Builder) -> Result<Pool> {
        let mut pools = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (builder.address.clone(), builder.authority.clone());
        if let Some(pool) = pools.get(&key) {
            return Ok(pool.clone());
        }
        let pool = new_pool(builder)?;
        pools.insert(key, pool.clone());
        Ok(pool)
    }
}

fn new_pool(builder: &Builder) -> Result<Pool> {
    let config: Config = builder
        .address
        .parse()
        .context("parsing Postgres connection string")?;
    let settings = ManagerConfig {
        recycling_method: RecyclingMethod::Clean,
    };
    let manager = if config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(config, NoTls, settings)
    } else {
        Manager::from_config(config, tls(builder.authority.as_deref())?, settings)
    };
    Pool::builder(manager)
        .max_size(POOL_SIZE)
        .build()
        .context("building Postgres connection pool")
}

fn tls(authority: Option<&str>) -> Result<MakeRustlsConnect> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};

    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(pem) = authority {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).context("invalid root certificate")?)?;
    }
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// As a connection is whose server went away.
fn broken(_: Struck) -> Error {
    text(format!("connection closed: {}", Struck::TEXT))
}

impl Connection {
    async fn call(&self) -> Result<Passage, Error> {
        self.faults.call(DATABASE).await.map_err(broken)
    }

    async fn execute(&self, statement: String, parameters: Vec<ParameterValue>) -> Result<u64, Error> {
        let passage = self.call().await?;
        let parameters = values::to_sql_all(&parameters).map_err(Error::ValueConversionFailed)?;
        let parameters: Vec<_> = parameters
            .iter()
            .map(|value| &**value as &(dyn ToSql + Sync))
            .collect();
        let changed = self.loan.execute(&statement, &parameters).await;
        passage.end().await.map_err(broken)?;
        changed.map_err(|error| failed(&error))
    }

    /// Runs a query to its end. Columns are known from the first row only: an empty result has none, as on Spin.
    async fn query(&self, statement: String, parameters: Vec<ParameterValue>) -> Result<RowSet, Error> {
        let passage = self.call().await?;
        let parameters = values::to_sql_all(&parameters).map_err(Error::BadParameter)?;
        let stream = self
            .loan
            .query_raw(&statement, parameters)
            .await
            .map_err(|error| failed(&error))?;
        pin_mut!(stream);
        let mut set = RowSet {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let mut size = 0;
        while let Some(row) = stream
            .try_next()
            .await
            .map_err(|error| as_text(&failed(&error)))?
        {
            if set.rows.is_empty() {
                set.columns = columns(&row);
            }
            let row = convert(&row)?;
            size += row_size(&row);
            bounded(size)?;
            set.rows.push(row);
        }
        passage.end().await.map_err(broken)?;
        Ok(set)
    }

    /// Starts a query; returns when the first row is there, or the end.
    async fn stream(&self, statement: String, parameters: Vec<ParameterValue>) -> Result<Rows, Error> {
        let passage = self.call().await?;
        let parameters = values::to_sql_all(&parameters).map_err(Error::BadParameter)?;
        let stream = self
            .loan
            .query_raw(&statement, parameters)
            .await
            .map_err(|error| failed(&error))?;
        let (columns_sender, columns_end) = oneshot::channel();
        let (rows_sender, rows_end) = mpsc::channel(BUFFERED);
        let (result, result_end) = oneshot::channel();
        tokio::spawn(async move {
            let sent = send_rows(stream, columns_sender, &rows_sender);
            let outcome = tokio::select! {
                biased;
                // A guest that stops reading must not keep the query running.
                () = rows_sender.closed() => Ok(()),
                outcome = sent => outcome,
            };
            let _ = result.send(outcome);
        });
        let columns = columns_end.await.unwrap_or_default();
        Ok(Rows {
            columns,
            rows: rows_end,
            result: passage.end_of(result_end, || broken(Struck)),
        })
    }
}

async fn send_rows(
    stream: tokio_postgres::RowStream,
    columns_end: oneshot::Sender<Vec<Column>>,
    rows_end: &mpsc::Sender<WitRow>,
) -> Result<(), Error> {
    pin_mut!(stream);
    let mut columns_end = Some(columns_end);
    while let Some(row) = stream.try_next().await.map_err(|error| failed(&error))? {
        if let Some(end) = columns_end.take() {
            let _ = end.send(columns(&row));
        }
        let row = convert(&row)?;
        bounded(row_size(&row))?;
        if rows_end.send(row).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn columns(row: &Row) -> Vec<Column> {
    let column = |column: &tokio_postgres::Column| Column {
        name: column.name().to_owned(),
        data_type: values::data_type(column.type_()),
    };
    row.columns().iter().map(column).collect()
}

fn convert(row: &Row) -> Result<WitRow, Error> {
    let values = (0..row.len())
        .map(|index| values::from_row(row, index))
        .collect::<Result<_, _>>();
    values.map_err(|error| text(format!("{error:?}")))
}

fn row_size(row: &WitRow) -> usize {
    let payload = |value: &DbValue| match value {
        DbValue::Str(text) | DbValue::Uuid(text) | DbValue::Decimal(text) => text.len(),
        DbValue::Jsonb(bytes) | DbValue::Binary(bytes) | DbValue::Unsupported(bytes) => bytes.len(),
        DbValue::ArrayInt32(items) => items.len() * size_of::<Option<i32>>(),
        DbValue::ArrayInt64(items) => items.len() * size_of::<Option<i64>>(),
        DbValue::ArrayStr(items) | DbValue::ArrayDecimal(items) => items
            .iter()
            .map(|item| size_of::<Option<String>>() + item.as_ref().map_or(0, String::len))
            .sum(),
        _ => 0,
    };
    row.iter()
        .map(|value| size_of::<DbValue>() + payload(value))
        .sum()
}

fn bounded(size: usize) -> Result<(), Error> {
    if size > LARGEST_RESULT {
        return Err(text(format!(
            "query result exceeds limit of {LARGEST_RESULT} bytes"
        )));
    }
    Ok(())
}

fn text(text: String) -> Error {
    Error::QueryFailed(QueryError::Text(text))
}

/// The blocking query hands errors that come with the rows over as text, without their SQLSTATE.
fn as_text(error: &Error) -> Error {
    text(format!("{error:?}"))
}

fn failed(error: &tokio_postgres::Error) -> Error {
    let as_text = format!("{error:?}");
    let Some(details) = error.as_db_error() else {
        return text(as_text);
    };
    Error::QueryFailed(QueryError::DbError(DbError {
        as_text,
        severity: details.severity().to_owned(),
        code: details.code().code().to_owned(),
        message: details.message().to_owned(),
        detail: details.detail().map(str::to_owned),
        extras: extras(details),
    }))
}

fn extras(details: &tokio_postgres::error::DbError) -> Vec<(String, String)> {
    let extras = [
        ("column", details.column().map(str::to_owned)),
        ("constraint", details.constraint().map(str::to_owned)),
        ("routine", details.routine().map(str::to_owned)),
        ("hint", details.hint().map(str::to_owned)),
        ("table", details.table().map(str::to_owned)),
        ("datatype", details.datatype().map(str::to_owned)),
        ("schema", details.schema().map(str::to_owned)),
        ("file", details.file().map(str::to_owned)),
        ("line", details.line().map(|line| line.to_string())),
        ("where_", details.where_().map(str::to_owned)),
    ];
    extras
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_servers_are_reached() {
        let allowed = AllowedHosts::parse(["postgres://127.0.0.1:5433", "postgres://db"]).unwrap();
        for (address, expected) in [
            ("postgres://user:secret@127.0.0.1:5433/name", true),
            ("host=127.0.0.1 port=5433 user=u", true),
            ("postgres://db/name", true),
            ("postgres://127.0.0.1/name", false),
            ("postgres://elsewhere:5433/name", false),
            ("host=/var/run/postgresql user=u", false),
            ("nonsense", false),
        ] {
            assert_eq!(check_address(&allowed, address).is_ok(), expected, "{address}");
        }
    }
}
