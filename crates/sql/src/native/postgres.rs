//! Postgres by `tokio-postgres`; with TLS where the address asks for it.

use time::{OffsetDateTime, PrimitiveDateTime};
use tokio_postgres::NoTls;
use tokio_postgres::types::{FromSql, ToSql, Type};

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::dialect::for_postgres;
use crate::error::Error;
use crate::native::tls;
use crate::row::Row;
use crate::value::{Instant, Value, day_from_text, day_to_text};

/// The Postgres database at an address.
pub struct NativePostgres(String);

impl NativePostgres {
    /// `address` is a URL or a connection string.
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }
}

impl Backend for NativePostgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let config: tokio_postgres::Config = self.0.parse().map_err(failure)?;
            let client = match tls::connector(config.get_ssl_mode()).map_err(Error::Failed)? {
                Some(tls) => {
                    let (client, connection) = config.connect(tls).await.map_err(failure)?;
                    tokio::spawn(connection);
                    client
                }
                None => {
                    let (client, connection) = config.connect(NoTls).await.map_err(failure)?;
                    tokio::spawn(connection);
                    client
                }
            };
            Ok(Box::new(Held(client)) as Box<dyn Connection>)
        })
    }
}

struct Held(tokio_postgres::Client);

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let statement = for_postgres(statement, &parameters);
            let bound: Vec<Box<dyn ToSql + Sync + Send>> = parameters.into_iter().map(bind).collect();
            let borrowed: Vec<&(dyn ToSql + Sync)> = bound
                .iter()
                .map(|value| value.as_ref() as &(dyn ToSql + Sync))
                .collect();
            let rows = self.0.query(&statement, &borrowed).await.map_err(failure)?;
            rows.iter().map(read_row).collect()
        })
    }
}

fn bind(value: Value) -> Box<dyn ToSql + Sync + Send> {
    match value {
        Value::Null => Box::new(Null),
        Value::Bool(value) => Box::new(value),
        Value::Int(value) => Box::new(value),
        Value::Text(text) => Box::new(text),
        Value::Bytes(bytes) => Box::new(bytes),
        Value::Uuid(uuid) => Box::new(uuid),
        Value::Instant(Instant(micros)) => Box::new(
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
                .ok()
                .map(plain),
        ),
        Value::Day(text) => Box::new(day_from_text(&text)),
    }
}

/// Spin binds an instant as a `TIMESTAMP`; the same here, so that the casts are tested.
fn plain(instant: OffsetDateTime) -> PrimitiveDateTime {
    PrimitiveDateTime::new(instant.date(), instant.time())
}

/// `NULL` of any type.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(
        &self,
        _: &Type,
        _: &mut bytes::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(tokio_postgres::types::IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn read_row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    (0..row.len())
        .map(|column| read(row, column))
        .collect::<Result<_, _>>()
        .map(Row::new)
}

fn read(row: &tokio_postgres::Row, column: usize) -> Result<Value, Error> {
    let kind = row.columns().get(column).map(tokio_postgres::Column::type_);
    match kind {
        Some(&Type::BOOL) => get::<bool>(row, column, Value::Bool),
        Some(&Type::INT2) => get::<i16>(row, column, |value| Value::Int(i64::from(value))),
        Some(&Type::INT4) => get::<i32>(row, column, |value| Value::Int(i64::from(value))),
        Some(&Type::INT8) => get::<i64>(row, column, Value::Int),
        Some(&(Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME)) => {
            get::<String>(row, column, Value::Text)
        }
        Some(&Type::BYTEA) => get::<Vec<u8>>(row, column, Value::Bytes),
        Some(&Type::UUID) => get::<uuid::Uuid>(row, column, Value::Uuid),
        Some(&Type::DATE) => get::<time::Date>(row, column, |day| Value::Day(day_to_text(day))),
        Some(&Type::TIMESTAMP) => get::<PrimitiveDateTime>(row, column, |at| {
            i64::try_from(at.assume_utc().unix_timestamp_nanos().div_euclid(1_000))
                .map_or(Value::Null, |micros| Value::Instant(Instant(micros)))
        }),
        // Spin cannot read one, so neither may a statement that is only tested here.
        Some(&Type::TIMESTAMPTZ) => Err(Error::Failed(format!(
            "column {column} is a TIMESTAMPTZ: select it as utc(column)"
        ))),
        _ => Ok(Value::Null),
    }
}

fn get<'a, T: FromSql<'a>>(
    row: &'a tokio_postgres::Row,
    column: usize,
    wrap: impl Fn(T) -> Value,
) -> Result<Value, Error> {
    let value: Option<T> = row.try_get(column).map_err(failure)?;
    Ok(value.map_or(Value::Null, wrap))
}

fn failure(error: tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(db)
            if !["08", "40", "53", "57"]
                .iter()
                .any(|class| db.code().code().starts_with(class)) =>
        {
            Error::Failed(format!("{} {}", db.code().code(), db.message()))
        }
        Some(db) => Error::Unavailable(format!("{} {}", db.code().code(), db.message())),
        None if is_connection(&error) => Error::Unavailable(with_causes(&error)),
        None => Error::Failed(with_causes(&error)),
    }
}

/// What happened and why: the driver's own words stop at "error performing TLS handshake".
fn with_causes(error: &tokio_postgres::Error) -> String {
    let first: Option<&dyn std::error::Error> = Some(error);
    let causes = std::iter::successors(first, |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}

/// Whether the server could not be reached or went away, as opposed to a value that the driver could not write or read.
fn is_connection(error: &tokio_postgres::Error) -> bool {
    let source = std::error::Error::source(error);
    error.is_closed() || source.is_some_and(|source| source.is::<std::io::Error>())
}
