//! Spin's Postgres.

use spin_sdk::pg::{self, DbValue, ParameterValue, PgError};
use time::{Date, Month, PrimitiveDateTime, Time};

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::dialect::for_postgres;
use crate::error::Error;
use crate::row::Row;
use crate::value::{Instant, Value, day_from_text, day_to_text};

/// The Postgres database at an address.
pub struct SpinPostgres(String);

impl SpinPostgres {
    /// `address` is a URL or a connection string; its host must be among `allowed_outbound_hosts`.
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }
}

impl Backend for SpinPostgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let opened = pg::Connection::open(self.0.as_str()).await.map_err(failure)?;
            Ok(Box::new(Held(opened)) as Box<dyn Connection>)
        })
    }
}

struct Held(pg::Connection);

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let statement = for_postgres(statement, &parameters);
            let bound: Vec<ParameterValue> = parameters.into_iter().map(bind).collect();
            let mut result = self.0.query(statement, bound).await.map_err(failure)?;
            let mut rows = Vec::new();
            while let Some(values) = result.rows().next().await {
                rows.push(Row::new(values.into_iter().map(read).collect()));
            }
            result.result().await.map_err(failure)?;
            Ok(rows)
        })
    }
}

fn bind(value: Value) -> ParameterValue {
    match value {
        Value::Null => ParameterValue::DbNull,
        Value::Bool(value) => ParameterValue::Boolean(value),
        Value::Int(value) => ParameterValue::Int64(value),
        Value::Text(text) => ParameterValue::Str(text),
        Value::Bytes(bytes) => ParameterValue::Binary(bytes),
        Value::Uuid(uuid) => ParameterValue::Uuid(uuid.to_string()),
        Value::Instant(instant) => bind_instant(instant),
        Value::Day(text) => bind_day(&text),
    }
}

fn bind_instant(Instant(micros): Instant) -> ParameterValue {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000) else {
        return ParameterValue::DbNull;
    };
    let (date, time) = (at.date(), at.time());
    ParameterValue::Datetime((
        date.year(),
        date.month().into(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.nanosecond(),
    ))
}

fn bind_day(text: &str) -> ParameterValue {
    day_from_text(text).map_or(ParameterValue::DbNull, |day| {
        ParameterValue::Date((day.year(), day.month().into(), day.day()))
    })
}

fn read(value: DbValue) -> Value {
    match value {
        DbValue::Boolean(value) => Value::Bool(value),
        DbValue::Int16(value) => Value::Int(i64::from(value)),
        DbValue::Int32(value) => Value::Int(i64::from(value)),
        DbValue::Int64(value) => Value::Int(value),
        DbValue::Str(text) => Value::Text(text),
        DbValue::Binary(bytes) => Value::Bytes(bytes),
        DbValue::Uuid(text) => uuid::Uuid::try_parse(&text).map_or(Value::Null, Value::Uuid),
        DbValue::Decimal(text) => Value::Text(text),
        DbValue::Date((year, month, day)) => {
            calendar(year, month, day).map_or(Value::Null, |day| Value::Day(day_to_text(day)))
        }
        DbValue::Datetime((year, month, day, hour, minute, second, nanos)) => calendar(year, month, day)
            .zip(Time::from_hms_nano(hour, minute, second, nanos).ok())
            .and_then(|(date, time)| instant(date, time))
            .map_or(Value::Null, Value::Instant),
        _ => Value::Null,
    }
}

fn calendar(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

fn instant(date: Date, time: Time) -> Option<Instant> {
    let nanos = PrimitiveDateTime::new(date, time)
        .assume_utc()
        .unix_timestamp_nanos();
    i64::try_from(nanos.div_euclid(1_000)).ok().map(Instant)
}

fn failure(error: pg::Error) -> Error {
    match error {
        pg::Error::Decode(text) => Error::Failed(text),
        pg::Error::PgError(PgError::QueryFailed(pg::QueryError::DbError(error))) => {
            let text = format!("{} {}", error.code, error.message);
            if is_transient(&error.code) {
                Error::Unavailable(text)
            } else {
                Error::Failed(text)
            }
        }
        pg::Error::PgError(PgError::BadParameter(text) | PgError::ValueConversionFailed(text)) => {
            Error::Failed(text)
        }
        pg::Error::PgError(PgError::ConnectionFailed(_)) => {
            // The driver's text may repeat the address with its password.
            Error::Unavailable("connection failed".to_owned())
        }
        pg::Error::PgError(PgError::QueryFailed(pg::QueryError::Text(text)) | PgError::Other(text)) => {
            Error::Unavailable(text)
        }
    }
}

/// Connection trouble, serialisation, resources, shutdown (SQLSTATE classes 08, 40, 53, 57).
fn is_transient(code: &str) -> bool {
    ["08", "40", "53", "57"]
        .iter()
        .any(|class| code.starts_with(class))
}
