//! Texts of instants and days with every digit in its place, as we write them.

use std::ops::Range;

use time::PrimitiveDateTime;

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

/// A text whose places are filled with digits.
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// A text that still has to be filled, with its marks in their places.
    pub const fn new(marks: [u8; N]) -> Self {
        Self(marks)
    }

    /// Writes a number into these places, the last digit last. `format!` would interpret a description for each.
    #[must_use]
    pub fn put(mut self, places: Range<usize>, number: impl Into<u32>) -> Self {
        let mut rest = number.into();
        for place in self.0.get_mut(places).into_iter().flatten().rev() {
            *place = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        self
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The text of an instant, which `read` reads.
pub fn write(instant: PrimitiveDateTime) -> Text<27> {
    let (hour, minute, second, micros) = instant.as_hms_micro();
    put_day(Text::new(*b"0000-00-00T00:00:00.000000Z"), instant.date())
        .put(11..13, hour)
        .put(14..16, minute)
        .put(17..19, second)
        .put(20..26, micros)
}

/// The text of a day, which `read_day` reads.
pub fn write_day(day: time::Date) -> Text<10> {
    put_day(Text::new(*b"0000-00-00"), day)
}

fn put_day<const N: usize>(text: Text<N>, day: time::Date) -> Text<N> {
    // Years before the first have no text of ours.
    text.put(0..4, day.year().unsigned_abs())
        .put(5..7, u8::from(day.month()))
        .put(8..10, day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text that lacks one of its places, has one more or has something else in one.
    fn spoiled(text: &str) -> Vec<String> {
        let around = |at: usize, between: &str, skipped: usize| {
            let (before, after) = text.split_at(at);
            format!("{before}{between}{}", &after[skipped..])
        };
        let replaced = (0..text.len()).flat_map(|at| ["x", "", ".", ":"].map(|other| around(at, other, 1)));
        let lengthened = (0..=text.len()).flat_map(|at| ["0", " ", "Z"].map(|more| around(at, more, 0)));
        let all = replaced.chain(lengthened);
        all.filter(|spoiled| spoiled != text).collect()
    }

    #[test]
    fn every_place_has_its_digit_or_its_mark() {
        let (instant, day) = ("2026-12-31T23:59:58.123456Z", "2026-12-31");
        assert!(read(instant).is_some_and(|read| write(read).as_str() == instant));
        assert!(read_day(day).is_some_and(|read| write_day(read).as_str() == day));
        for text in spoiled(instant) {
            assert_eq!(read(&text), None, "{text}");
        }
        for text in spoiled(day) {
            assert_eq!(read_day(&text), None, "{text}");
        }
    }
}
