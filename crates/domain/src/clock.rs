//! Instants and dates (CONV-2): RFC 3339 in UTC with microseconds, and `YYYY-MM-DD`.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
/// IMF-fixdate (RFC 9110, section 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Where the present comes from. A parameter, so that tests and the host can move it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// An instant in UTC with a resolution of one microsecond; naive times do not exist here (CONV-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down; the unit of JWT claims (RFC 7519, `NumericDate`).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z; the unit inside a UUIDv7 (RFC 9562). Zero before 1970.
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// The instant `duration` later; stays at the end of time instead of overflowing.
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// The instant `duration` earlier.
    pub fn minus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }

    /// The date in UTC.
    pub fn date(self) -> Date {
        Date(self.to_offset().date())
    }

    /// Reads RFC 3339 in UTC with six fractional digits, as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// [`InvalidTime`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        let parsed = PrimitiveDateTime::parse(text, INSTANT).map_err(|_| InvalidTime)?;
        Self::from_offset(parsed.assume_utc())
    }

    /// Reads any RFC 3339 instant (any offset, any number of fractional digits), as a client may send it.
    ///
    /// # Errors
    /// [`InvalidTime`] when it is not RFC 3339.
    pub fn parse_rfc3339(text: &str) -> Result<Self, InvalidTime> {
        let format = &time::format_description::well_known::Rfc3339;
        let parsed = OffsetDateTime::parse(text, format).map_err(|_| InvalidTime)?;
        Self::from_offset(parsed)
    }

    /// Reads a date as HTTP headers write it, `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// # Errors
    /// [`InvalidTime`] for anything else, the obsolete forms included.
    pub fn parse_http_date(text: &str) -> Result<Self, InvalidTime> {
        let parsed = PrimitiveDateTime::parse(text, HTTP_DATE).map_err(|_| InvalidTime)?;
        Self::from_offset(parsed.assume_utc())
    }

    fn from_offset(instant: OffsetDateTime) -> Result<Self, InvalidTime> {
        // In UTC the year may be another one, and the text has room for four digits.
        let utc = instant
            .checked_to_offset(time::UtcOffset::UTC)
            .ok_or(InvalidTime)?;
        if !(0..=9999).contains(&utc.year()) {
            return Err(InvalidTime);
        }
        i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000))
            .map(Self)
            .map_err(|_| InvalidTime)
    }

    fn to_offset(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_offset().format(INSTANT).map_err(|_| fmt::Error)?;
        out.write_str(&text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A calendar day, `YYYY-MM-DD` (CONV-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`InvalidTime`] for another form or a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        time::Date::parse(text, DAY).map(Self).map_err(|_| InvalidTime)
    }

    /// From a year, a month (1–12) and a day (1–31).
    ///
    /// # Errors
    /// [`InvalidTime`] for a day that does not exist.
    pub fn from_calendar(year: i32, month: u8, day: u8) -> Result<Self, InvalidTime> {
        let month = time::Month::try_from(month).map_err(|_| InvalidTime)?;
        time::Date::from_calendar_date(year, month, day)
            .map(Self)
            .map_err(|_| InvalidTime)
    }

    /// Year, month and day.
    pub fn calendar(self) -> (i32, u8, u8) {
        (self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.format(DAY).map_err(|_| fmt::Error)?;
        out.write_str(&text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not an instant or a day in the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid time")]
pub struct InvalidTime;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instant_has_a_fixed_width() {
        assert_eq!(
            Timestamp::from_micros(0).to_string(),
            "1970-01-01T00:00:00.000000Z"
        );
        assert_eq!(
            Timestamp::from_micros(1_763_683_200_000_001).to_string(),
            "2025-11-21T00:00:00.000001Z"
        );
    }

    #[test]
    fn a_client_may_send_any_offset() {
        let seoul = Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00").unwrap();
        assert_eq!(seoul.to_string(), "2026-11-21T00:00:00.000000Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21 09:00"), Err(InvalidTime));
        assert_eq!(
            Timestamp::parse_rfc3339("9999-12-31T23:59:59-12:00"),
            Err(InvalidTime)
        );
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        assert_eq!(Date::parse("2026-02-29"), Err(InvalidTime));
        assert_eq!(Date::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
    }

    proptest! {
        #[test]
        fn text_order_is_time_order(a in 0i64..253_402_300_799_999_999, b in 0i64..253_402_300_799_999_999) {
            let (a, b) = (Timestamp::from_micros(a), Timestamp::from_micros(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(Timestamp::parse(&a.to_string()), Ok(a));
        }
    }
}
