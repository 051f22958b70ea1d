//! Values on their way into a statement and out of a row.

use domain::fixed_width::{read, write};
use time::{OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

/// Microseconds since 1970-01-01T00:00:00Z: `TIMESTAMPTZ` in Postgres, fixed-width text in SQLite (CONV-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub i64);

impl Instant {
    /// The fixed-width text, `2026-01-02T03:04:05.000006Z`; text order is time order.
    pub fn to_text(self) -> Option<String> {
        // Not by its nanoseconds: they have 128 bits, which Wasm divides slowly.
        let second = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(MICROS)).ok()?;
        let micros = u32::try_from(self.0.rem_euclid(MICROS)).ok()?;
        let instant = second.replace_microsecond(micros).ok()?;
        let text = write(PrimitiveDateTime::new(instant.date(), instant.time()));
        Some(text.as_str().to_owned())
    }

    /// Reads the fixed-width text.
    pub fn from_text(text: &str) -> Option<Self> {
        let instant = read(text)?.assume_utc();
        Some(Self(
            instant.unix_timestamp() * MICROS + i64::from(instant.microsecond()),
        ))
    }
}

/// The day of a text, `2026-01-02`.
#[cfg(any(target_family = "wasm", feature = "native"))]
pub(crate) fn day_from_text(text: &str) -> Option<time::Date> {
    domain::fixed_width::read_day(text)
}

/// The text of a day, `2026-01-02`.
#[cfg(any(target_family = "wasm", feature = "native"))]
pub(crate) fn day_to_text(day: time::Date) -> String {
    domain::fixed_width::write_day(day).as_str().to_owned()
}

/// One value. Engines that lack a type store it as text or integer; [`crate::FromValue`] reads either.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `NULL`
    Null,
    /// `BOOLEAN`, an integer in SQLite.
    Bool(bool),
    /// `BIGINT`
    Int(i64),
    /// `TEXT`
    Text(String),
    /// `BYTEA`, `BLOB` in SQLite.
    Bytes(Vec<u8>),
    /// `UUID`, text in SQLite.
    Uuid(Uuid),
    /// `TIMESTAMPTZ`, fixed-width text in SQLite.
    Instant(Instant),
    /// `DATE` as `YYYY-MM-DD`, text in SQLite.
    Day(String),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}
impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(value.to_vec())
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Uuid(value)
    }
}
impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Instant(value)
    }
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
