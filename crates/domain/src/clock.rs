//! Instants and dates (CONV-2): RFC 3339 in UTC with microseconds, and `YYYY-MM-DD`.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use utoipa::openapi::schema::KnownFormat;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::schema;

use crate::fixed_width::{Text, read, read_day, write, write_day};

/// IMF-fixdate (RFC 9110, section 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
/// Four digits have room for them, and Postgres knows them all: it has no year 0.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// Microseconds of a second.
const MICROS: i64 = 1_000_000;
const FIRST_DAY: time::Date = time::macros::date!(0001 - 01 - 01);

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
        self.0.div_euclid(MICROS)
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

    /// The date in Seoul, nine hours ahead of UTC all the year round since 1988.
    pub fn seoul_date(self) -> Date {
        self.plus(Duration::from_secs(9 * 3600)).date()
    }

    /// Reads RFC 3339 in UTC with six fractional digits, as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// [`InvalidTime`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        Self::from_offset(read(text).ok_or(InvalidTime)?.assume_utc())
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
        if !YEARS.contains(&utc.year()) {
            return Err(InvalidTime);
        }
        let micros = i64::from(instant.microsecond());
        Ok(Self(instant.unix_timestamp() * MICROS + micros))
    }

    fn to_offset(self) -> OffsetDateTime {
        // Not by its nanoseconds: they have 128 bits, which Wasm divides slowly.
        let micros = u32::try_from(self.0.rem_euclid(MICROS)).unwrap_or(0);
        let second = OffsetDateTime::from_unix_timestamp(self.seconds());
        second
            .and_then(|second| second.replace_microsecond(micros))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn text(self) -> Text<27> {
        let instant = self.to_offset();
        write(PrimitiveDateTime::new(instant.date(), instant.time()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text().as_str())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
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
        read_day(text).ok_or(InvalidTime).and_then(Self::within_years)
    }

    /// From a year, a month (1–12) and a day (1–31).
    ///
    /// # Errors
    /// [`InvalidTime`] for a day that does not exist.
    pub fn from_calendar(year: i32, month: u8, day: u8) -> Result<Self, InvalidTime> {
        let month = time::Month::try_from(month).map_err(|_| InvalidTime)?;
        let day = time::Date::from_calendar_date(year, month, day).map_err(|_| InvalidTime)?;
        Self::within_years(day)
    }

    fn within_years(day: time::Date) -> Result<Self, InvalidTime> {
        if YEARS.contains(&day.year()) {
            Ok(Self(day))
        } else {
            Err(InvalidTime)
        }
    }

    /// Year, month and day.
    pub fn calendar(self) -> (i32, u8, u8) {
        (self.0.year(), u8::from(self.0.month()), self.0.day())
    }

    /// The day so many days later, or earlier if negative; stays within the years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let moved = self.0.saturating_add(time::Duration::days(days.into()));
        Self(moved.max(FIRST_DAY))
    }

    /// The same day so many months later, or earlier if negative; the last day of that month if it has no such day, as the civil law counts
    /// (Civil Act, article 160(3)).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.calendar();
        let count = year
            .saturating_mul(12)
            .saturating_add(i32::from(month) - 1)
            .saturating_add(months)
            .clamp(12, 9999 * 12 + 11);
        let (year, month) = (count / 12, count % 12 + 1);
        let month = u8::try_from(month).unwrap_or(12);
        (28..=day)
            .rev()
            .find_map(|day| Self::from_calendar(year, month, day).ok())
            .or_else(|| Self::from_calendar(year, month, day).ok())
            .unwrap_or(self)
    }

    /// The last day of its month.
    #[must_use]
    pub fn month_end(self) -> Self {
        let (year, month, _) = self.calendar();
        (28..=31)
            .rev()
            .find_map(|day| Self::from_calendar(year, month, day).ok())
            .unwrap_or(self)
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), time::Weekday::Saturday | time::Weekday::Sunday)
    }

    /// How many days lie between it and `later`; negative if that is earlier.
    pub fn days_until(self, later: Self) -> i32 {
        later.0.to_julian_day() - self.0.to_julian_day()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(write_day(self.0).as_str())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(write_day(self.0).as_str())
    }
}

/// The text is not an instant or a day in the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid time")]
pub struct InvalidTime;

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        let says = "An instant: RFC 3339 in UTC with microseconds.";
        schema::described(schema::format(KnownFormat::DateTime), says)
    }
}

impl ToSchema for Timestamp {}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::format(KnownFormat::Date), "A day: `YYYY-MM-DD`.")
    }
}

impl ToSchema for Date {}

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

    /// Postgres has no year 0, and SQLite would keep it.
    #[test]
    fn years_begin_with_the_first() {
        assert_eq!(Date::parse("0000-12-31"), Err(InvalidTime));
        assert_eq!(Date::from_calendar(0, 12, 31), Err(InvalidTime));
        assert_eq!(Date::parse("0001-01-01").unwrap().to_string(), "0001-01-01");
        assert_eq!(Timestamp::parse_rfc3339("0000-12-31T23:59:59Z"), Err(InvalidTime));
        assert_eq!(
            Timestamp::parse_rfc3339("0001-01-01T00:00:00+00:01"),
            Err(InvalidTime)
        );
        assert!(Timestamp::parse_rfc3339("0001-01-01T00:00:00Z").is_ok());
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        assert_eq!(Date::parse("2026-02-29"), Err(InvalidTime));
        assert_eq!(Date::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
    }

    #[test]
    fn days_stay_within_the_years() {
        let day = |text: &str| Date::parse(text).unwrap();
        for (from, days, to) in [
            ("2026-12-31", 1, "2027-01-01"),
            ("2027-01-01", -1, "2026-12-31"),
            ("2026-11-26", 0, "2026-11-26"),
            ("9999-12-30", 5, "9999-12-31"),
            ("0001-01-02", -5, "0001-01-01"),
            ("2026-11-26", i32::MAX, "9999-12-31"),
            ("2026-11-26", i32::MIN, "0001-01-01"),
        ] {
            assert_eq!(day(from).plus_days(days), day(to), "{from} {days}");
        }
        for (from, months, to) in [
            ("9999-11-15", 5, "9999-12-15"),
            ("0001-02-15", -5, "0001-01-15"),
            ("2026-11-15", i32::MAX, "9999-12-15"),
        ] {
            assert_eq!(day(from).plus_months(months), day(to), "{from} {months}");
        }
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(day("2028-01-31").plus_months(1), day("2028-02-29"));
        assert_eq!(day("2027-12-31").plus_months(2), day("2028-02-29"));
        assert_eq!(day("2028-03-31").plus_months(-1), day("2028-02-29"));
        assert_eq!(day("2028-03-15").plus_months(-3), day("2027-12-15"));
        assert_eq!(day("2028-02-01").month_end(), day("2028-02-29"));
        assert_eq!(day("9999-12-31").plus_days(1).plus_months(1), day("9999-12-31"));
        assert_eq!(day("0001-01-01").plus_days(-1).plus_months(-1), day("0001-01-01"));
        assert_eq!(day("2028-02-28").days_until(day("2028-03-01")), 2);
        assert!(day("2028-03-04").is_weekend() && !day("2028-03-03").is_weekend());
    }

    proptest! {
        #[test]
        fn text_order_is_time_order(a in 0i64..253_402_300_799_999_999, b in 0i64..253_402_300_799_999_999) {
            let (a, b) = (Timestamp::from_micros(a), Timestamp::from_micros(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(Timestamp::parse(&a.to_string()), Ok(a));
        }

        /// A text that is a day is written as it was read (CONV-2).
        #[test]
        fn a_day_has_one_spelling(text in "[-+]?[0-9]{3,5}-(0[0-9]|1[0-3])-[0-3][0-9]|[-+0-9 ]{1,11}", noise in any::<String>()) {
            for text in [text, noise] {
                if let Ok(day) = Date::parse(&text) {
                    prop_assert_eq!(day.to_string(), text);
                }
            }
        }

        /// What a client may send is kept to the microsecond and stays inside four digits of a year (CONV-2).
        #[test]
        fn an_instant_of_any_offset_reads_back(
            year in 0i32..10_000, month in 0u8..14, day in 0u8..33, hour in 0u8..26, minute in 0u8..62, second in 0u8..62,
            fraction in "(\\.[0-9]{0,10})?", offset in "[zZ]|[-+][0-2][0-9]:[0-6][0-9]", between in "[Tt _]", noise in any::<String>(),
        ) {
            let sent = format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
            for text in [sent, noise] {
                if let Ok(at) = Timestamp::parse_rfc3339(&text) {
                    prop_assert_eq!(Timestamp::parse(&at.to_string()), Ok(at), "{}", text);
                    prop_assert_eq!(at.to_string().len(), 27, "{}", text);
                }
            }
        }

        #[test]
        fn the_text_is_what_the_library_writes(micros in -62_167_219_200_000_000i64..253_402_300_799_999_999) {
            let description = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(at.to_string(), at.to_offset().format(description).unwrap());
        }

        #[test]
        fn what_the_library_refuses_is_refused(text in "[0-9]{4}-[0-9]{2}-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{6}Z|.{0,40}") {
            let description = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
            let known = PrimitiveDateTime::parse(&text, description).ok();
            prop_assert_eq!(read(&text), known);
        }
    }
}
