//! Values between SQL and the interface.
//!
//! Times are tuples in UTC, decimals and UUIDs text, JSON bytes. Types that the interface does not know arrive as the
//! bytes that the server sent. Ranges are among those here, unlike on Spin.

use std::error::Error;

use bytes::{Buf, BufMut, BytesMut};
use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};
use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};
use uuid::Uuid;

use crate::bindings::spin::postgres::postgres::{DbDataType, DbValue, Interval, ParameterValue};

/// A parameter on its way to the server.
pub type Parameter = Box<dyn ToSql + Send + Sync>;

type Any = Box<dyn Error + Send + Sync>;
type DateTime = (i32, u8, u8, u8, u8, u8, u32);

/// The interface's name for a type.
pub fn data_type(of: &Type) -> DbDataType {
    match *of {
        Type::BOOL => DbDataType::Boolean,
        Type::BYTEA => DbDataType::Binary,
        Type::FLOAT4 => DbDataType::Floating32,
        Type::FLOAT8 => DbDataType::Floating64,
        Type::INT2 => DbDataType::Int16,
        Type::INT4 => DbDataType::Int32,
        Type::INT8 => DbDataType::Int64,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => DbDataType::Str,
        Type::TIMESTAMP | Type::TIMESTAMPTZ => DbDataType::Datetime,
        Type::DATE => DbDataType::Date,
        Type::TIME => DbDataType::Time,
        Type::UUID => DbDataType::Uuid,
        Type::JSONB => DbDataType::Jsonb,
        Type::NUMERIC => DbDataType::Decimal,
        Type::INT4_ARRAY => DbDataType::ArrayInt32,
        Type::INT8_ARRAY => DbDataType::ArrayInt64,
        Type::NUMERIC_ARRAY => DbDataType::ArrayDecimal,
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => DbDataType::ArrayStr,
        Type::INTERVAL => DbDataType::Interval,
        ref other => DbDataType::Other(other.name().to_owned()),
    }
}

/// The value of a column.
///
/// # Errors
/// Bytes that are no value of the column's type.
pub fn from_row(row: &Row, index: usize) -> Result<DbValue, tokio_postgres::Error> {
    let column = Column { row, index };
    match *row.columns()[index].type_() {
        Type::BOOL => column.read(DbValue::Boolean),
        Type::BYTEA => column.read(DbValue::Binary),
        Type::FLOAT4 => column.read(DbValue::Floating32),
        Type::FLOAT8 => column.read(DbValue::Floating64),
        Type::INT2 => column.read(DbValue::Int16),
        Type::INT4 => column.read(DbValue::Int32),
        Type::INT8 => column.read(DbValue::Int64),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => column.read(DbValue::Str),
        // Spin reads both as times without a zone, which its driver refuses for the second: seen on Spin 4.1.
        Type::TIMESTAMP | Type::TIMESTAMPTZ => column.read(|value| DbValue::Datetime(from_datetime(value))),
        Type::DATE => column.read(|value| DbValue::Date(from_date(value))),
        Type::TIME => column.read(|value| DbValue::Time(from_time(value))),
        Type::UUID => column.read(|value: Uuid| DbValue::Uuid(value.to_string())),
        Type::JSONB => column.read(|value: serde_json::Value| DbValue::Jsonb(value.to_string().into_bytes())),
        Type::NUMERIC => column.read(|value: Decimal| DbValue::Decimal(value.to_string())),
        Type::INT4_ARRAY => column.read(DbValue::ArrayInt32),
        Type::INT8_ARRAY => column.read(DbValue::ArrayInt64),
        Type::NUMERIC_ARRAY => column.read(|items: Vec<Option<Decimal>>| {
            DbValue::ArrayDecimal(
                items
                    .iter()
                    .map(|item| item.map(|value| value.to_string()))
                    .collect(),
            )
        }),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => column.read(DbValue::ArrayStr),
        Type::INTERVAL => column.read(|Months(value)| DbValue::Interval(value)),
        _ => column.read(|Raw(bytes)| DbValue::Unsupported(bytes)),
    }
}

struct Column<'a> {
    row: &'a Row,
    index: usize,
}

impl<'a> Column<'a> {
    fn read<T: FromSql<'a>>(&self, wrap: impl Fn(T) -> DbValue) -> Result<DbValue, tokio_postgres::Error> {
        let value: Option<T> = self.row.try_get(self.index)?;
        Ok(value.map_or(DbValue::DbNull, wrap))
    }
}

/// Turns parameters of a guest into ones of the driver.
///
/// # Errors
/// What cannot be a value of its type, in words.
pub fn to_sql_all(values: &[ParameterValue]) -> Result<Vec<Parameter>, String> {
    values.iter().map(to_sql).collect()
}

fn to_sql(value: &ParameterValue) -> Result<Parameter, String> {
    Ok(match value {
        ParameterValue::Boolean(value) => Box::new(*value),
        ParameterValue::Int8(value) => Box::new(*value),
        ParameterValue::Int16(value) => Box::new(*value),
        ParameterValue::Int32(value) => Box::new(*value),
        ParameterValue::Int64(value) => Box::new(*value),
        ParameterValue::Floating32(value) => Box::new(*value),
        ParameterValue::Floating64(value) => Box::new(*value),
        ParameterValue::Str(value) => Box::new(value.clone()),
        ParameterValue::Binary(value) => Box::new(value.clone()),
        ParameterValue::Date((year, month, day)) => Box::new(date(*year, *month, *day)?),
        ParameterValue::Time((hour, minute, second, nano)) => {
            Box::new(clock(*hour, *minute, *second, *nano)?)
        }
        ParameterValue::Datetime(value) => Box::new(datetime(*value)?),
        ParameterValue::Timestamp(seconds) => {
            Box::new(OffsetDateTime::from_unix_timestamp(*seconds).map_err(|error| error.to_string())?)
        }
        ParameterValue::Uuid(value) => {
            Box::new(Uuid::parse_str(value).map_err(|error| format!("invalid UUID {value}: {error}"))?)
        }
        ParameterValue::Jsonb(value) => {
            let json: serde_json::Value =
                serde_json::from_slice(value).map_err(|error| format!("invalid JSON: {error}"))?;
            Box::new(json)
        }
        ParameterValue::Decimal(value) => Box::new(decimal(value)?),
        ParameterValue::ArrayInt32(values) => Box::new(values.clone()),
        ParameterValue::ArrayInt64(values) => Box::new(values.clone()),
        ParameterValue::ArrayStr(values) => Box::new(values.clone()),
        ParameterValue::ArrayDecimal(values) => {
            let values = values.iter().map(|item| item.as_deref().map(decimal).transpose());
            Box::new(values.collect::<Result<Vec<_>, _>>()?)
        }
        ParameterValue::Interval(value) => Box::new(Months(*value)),
        ParameterValue::DbNull => Box::new(Null),
        ParameterValue::RangeInt32(_) | ParameterValue::RangeInt64(_) | ParameterValue::RangeDecimal(_) => {
            return Err("ranges are not supported by this host".into());
        }
    })
}

fn decimal(text: &str) -> Result<Decimal, String> {
    Decimal::from_str_exact(text).map_err(|error| format!("invalid decimal {text}: {error}"))
}

fn date(year: i32, month: u8, day: u8) -> Result<Date, String> {
    let month = Month::try_from(month).map_err(|error| error.to_string())?;
    Date::from_calendar_date(year, month, day).map_err(|error| error.to_string())
}

fn clock(hour: u8, minute: u8, second: u8, nano: u32) -> Result<Time, String> {
    Time::from_hms_nano(hour, minute, second, nano).map_err(|error| error.to_string())
}

fn datetime((year, month, day, hour, minute, second, nano): DateTime) -> Result<PrimitiveDateTime, String> {
    Ok(PrimitiveDateTime::new(
        date(year, month, day)?,
        clock(hour, minute, second, nano)?,
    ))
}

fn from_date(date: Date) -> (i32, u8, u8) {
    (date.year(), date.month().into(), date.day())
}

fn from_time(time: Time) -> (u8, u8, u8, u32) {
    (time.hour(), time.minute(), time.second(), time.nanosecond())
}

fn from_datetime(value: PrimitiveDateTime) -> DateTime {
    let (year, month, day) = from_date(value.date());
    let (hour, minute, second, nano) = from_time(value.time());
    (year, month, day, hour, minute, second, nano)
}

/// The bytes of a type that the interface does not know.
struct Raw(Vec<u8>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Any> {
        Ok(Self(raw.to_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// An interval, in the three counts that the server keeps.
#[derive(Debug)]
struct Months(Interval);

impl<'a> FromSql<'a> for Months {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, Any> {
        let micros = raw.try_get_i64()?;
        let days = raw.try_get_i32()?;
        let months = raw.try_get_i32()?;
        Ok(Self(Interval { micros, days, months }))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::INTERVAL
    }
}

impl ToSql for Months {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Any> {
        out.put_i64(self.0.micros);
        out.put_i32(self.0.days);
        out.put_i32(self.0.months);
        Ok(IsNull::No)
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::INTERVAL
    }

    to_sql_checked!();
}

/// NULL of any type: the guest does not say which.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Any> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_values_are_refused_before_they_are_sent() {
        for value in [
            ParameterValue::Date((2025, 2, 30)),
            ParameterValue::Time((24, 0, 0, 0)),
            ParameterValue::Datetime((2025, 13, 1, 0, 0, 0, 0)),
            ParameterValue::Uuid("x".into()),
            ParameterValue::Jsonb(b"{".to_vec()),
            ParameterValue::Decimal("1,5".into()),
        ] {
            assert!(to_sql(&value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn times_survive_the_round_trip() {
        let value = (2025, 2, 28, 23, 59, 58, 123_456_000);
        assert_eq!(from_datetime(datetime(value).unwrap()), value);
    }
}
