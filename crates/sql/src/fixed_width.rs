//! Texts of instants and days as SQLite keeps them, with every digit in its place.

use time::PrimitiveDateTime;

/// The text of a day.
pub fn write_day(day: time::Date) -> String {
    let (year, month, day) = (day.year(), u8::from(day.month()), day.day());
    format!("{year:04}-{month:02}-{day:02}")
}

/// The number that a run of decimal digits says; nothing else, no sign and no blank.
fn number(digits: Option<&str>) -> Option<u32> {
    let digits = digits?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    digits.parse().ok()
}

/// The instant that the fixed-width text says, by its places: all of ours have them, and reading them by a description costs more than
/// the rest of a row.
pub fn read(text: &str) -> Option<PrimitiveDateTime> {
    let marks = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (26, b'Z'),
    ];
    let bytes = text.as_bytes();
    let marked = marks.iter().all(|(place, mark)| bytes.get(*place) == Some(mark));
    if bytes.len() != 27 || !marked {
        return None;
    }
    let small = |from, to| u8::try_from(number(text.get(from..to))?).ok();
    let date = read_day(text.get(..10)?)?;
    let time = time::Time::from_hms_micro(
        small(11, 13)?,
        small(14, 16)?,
        small(17, 19)?,
        number(text.get(20..26))?,
    );
    Some(PrimitiveDateTime::new(date, time.ok()?))
}

/// The day that `YYYY-MM-DD` says.
pub fn read_day(text: &str) -> Option<time::Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year = i32::try_from(number(text.get(..4))?).ok()?;
    let month = time::Month::try_from(u8::try_from(number(text.get(5..7))?).ok()?).ok()?;
    let day = u8::try_from(number(text.get(8..10))?).ok()?;
    time::Date::from_calendar_date(year, month, day).ok()
}
