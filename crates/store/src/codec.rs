//! Between the types of `domain` and the values of `sql`.

use domain::{Date, Id, Timestamp};
use sql::{Error, Instant, Row, Value};

pub(crate) fn id<E>(id: Id<E>) -> Value {
    Value::Uuid(id.uuid())
}

pub(crate) fn at(at: Timestamp) -> Value {
    Value::Instant(Instant(at.micros()))
}

pub(crate) fn day(day: Date) -> Value {
    Value::Day(day.to_string())
}

pub(crate) fn read_id<E>(row: &Row, column: usize) -> Result<Id<E>, Error> {
    row.get(column).map(Id::from_uuid)
}

pub(crate) fn read_optional_id<E>(row: &Row, column: usize) -> Result<Option<Id<E>>, Error> {
    Ok(row.get::<Option<uuid::Uuid>>(column)?.map(Id::from_uuid))
}

pub(crate) fn read_at(row: &Row, column: usize) -> Result<Timestamp, Error> {
    row.get(column)
        .map(|Instant(micros)| Timestamp::from_micros(micros))
}

pub(crate) fn read_optional_at(row: &Row, column: usize) -> Result<Option<Timestamp>, Error> {
    Ok(row
        .get::<Option<Instant>>(column)?
        .map(|Instant(micros)| Timestamp::from_micros(micros)))
}

pub(crate) fn read_optional_day(row: &Row, column: usize) -> Result<Option<Date>, Error> {
    let text = row.optional_text(column)?;
    text.map(|text| read_as(column, "date", Date::parse(text)))
        .transpose()
}

pub(crate) fn read_day(row: &Row, column: usize) -> Result<Date, Error> {
    read_optional_day(row, column)?.ok_or(Error::Decode {
        column,
        expected: "date",
    })
}

/// The text of a column as a type of `domain`.
pub(crate) fn read_text<T, E>(
    row: &Row,
    column: usize,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Error> {
    read_as(column, expected, parse(row.text(column)?))
}

/// Like [`read_text`] for a column that may be `NULL`.
pub(crate) fn read_optional_text<T, E>(
    row: &Row,
    column: usize,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, Error> {
    let text = row.optional_text(column)?;
    text.map(|text| read_as(column, expected, parse(text)))
        .transpose()
}

pub(crate) fn read_as<T, E>(column: usize, expected: &'static str, parsed: Result<T, E>) -> Result<T, Error> {
    parsed.map_err(|_| Error::Decode { column, expected })
}
