//! Days in a text.

use std::ops::Range;

use crate::clock::Date;

/// A day in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Where it stands.
    pub range: Range<usize>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Every day in a text, in order: `2026-03-01`, `2026. 3. 1.`, with the Korean words for year, month and day, `March 1, 2026`, `1 March 2026`.
/// Days that do not exist are left out.
pub fn find(text: &str) -> Vec<Day> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(from) = text
        .get(at..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + from;
        let Some((year, after)) = digits(text, start) else {
            break;
        };
        let day = numeric(text, start, year, after).or_else(|| in_words(text, start));
        at = day.as_ref().map_or(after, |day| day.range.end.max(after));
        found.extend(day);
    }
    found
}

/// The digits at a place as a number, and where they end; a number that is too long for a date is 0.
fn digits(text: &str, start: usize) -> Option<(i32, usize)> {
    let rest = text.get(start..)?;
    let width = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest.get(..width)?;
    (width > 0).then(|| {
        (
            if width <= 4 {
                number.parse().unwrap_or(0)
            } else {
                0
            },
            start + width,
        )
    })
}

fn skip(text: &str, at: usize, what: &[char]) -> Option<usize> {
    let rest = text.get(at..)?.trim_start_matches(' ');
    let rest = rest.strip_prefix(what)?.trim_start_matches(' ');
    Some(text.len() - rest.len())
}

fn numeric(text: &str, start: usize, year: i32, after: usize) -> Option<Day> {
    if !(1900..=2199).contains(&year) {
        return None;
    }
    let at = skip(text, after, &['\u{B144}', '.', '-', '/'])?;
    let (month, after) = digits(text, at)?;
    let at = skip(text, after, &['\u{C6D4}', '.', '-', '/'])?;
    let (day, after) = digits(text, at)?;
    let word = text.get(after..)?.trim_start_matches(' ');
    let end = if let Some(rest) = word.strip_prefix('\u{C77C}') {
        text.len() - rest.len()
    } else {
        after
    };
    let date = Date::from_calendar(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()?;
    Some(Day {
        date,
        range: start..end,
    })
}

/// The English forms: a month's name before or behind the day.
fn in_words(text: &str, start: usize) -> Option<Day> {
    let (day, after) = digits(text, start)?;
    let day = u8::try_from(day).ok()?;
    let rest = text.get(after..)?;
    let rest = ["st", "nd", "rd", "th"]
        .into_iter()
        .find_map(|ending| rest.strip_prefix(ending))
        .unwrap_or(rest);
    let before = text.get(..start)?.trim_end();
    let word_start = before.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| {
        at + before
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8)
    });
    let (month, from, rest) = if let Some(month) = before.get(word_start..).and_then(month) {
        (month, word_start, rest)
    } else {
        let rest = rest.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        (month(rest.get(..end)?)?, start, rest.get(end..)?)
    };
    let rest = rest.trim_start_matches([',', ' ']);
    let at = text.len() - rest.len();
    let (year, end) = digits(text, at)?;
    let date = Date::from_calendar(year, month, day).ok()?;
    (1900..=2199).contains(&year).then_some(Day {
        date,
        range: from..end,
    })
}

fn month(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    let full = |name: &&str| *name == word || (word.len() == 3 && name.starts_with(&word));
    let index = MONTHS.iter().position(full)?;
    u8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn days(text: &str, expected: &[&str]) {
        let found: Vec<String> = find(text).into_iter().map(|day| day.date.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_way_to_write_a_day() {
        days(
            "2026년 3월 1일부터 2028. 2. 29.까지",
            &["2026-03-01", "2028-02-29"],
        );
        days(
            "2026-03-01, 2026/3/2; 2026.3.3",
            &["2026-03-01", "2026-03-02", "2026-03-03"],
        );
        days(
            "on March 1, 2026, 2nd April 2026 and Dec 24, 2026",
            &["2026-03-01", "2026-04-02", "2026-12-24"],
        );
    }

    #[test]
    fn what_is_no_day() {
        for text in [
            "2026년 2월 30일",
            "2026. 13. 1.",
            "123456-1234567",
            "010-1234-5678",
            "2026년",
            "may 3",
            "3억 2026",
        ] {
            days(text, &[]);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(year in 1950_i32..2100, month in 1_u8..=12, day in 1_u8..=28) {
            let expected = Date::from_calendar(year, month, day).unwrap();
            let name = MONTHS[usize::from(month) - 1];
            for form in [
                format!("잔금일 {year}년 {month}월 {day}일까지"),
                format!("{year}. {month}. {day}."),
                format!("({year}-{month:02}-{day:02})"),
                format!("on {name} {day}, {year}"),
                format!("on {day} {name} {year}."),
            ] {
                let found = find(&form);
                prop_assert_eq!(found.len(), 1, "{}", form);
                prop_assert_eq!(found[0].date, expected);
            }
        }

        #[test]
        fn nonsense_breaks_nothing(text in "([0-9]{1,5}|년|월|일|\\.|-|/| |march|th|,){0,30}|\\PC{0,40}") {
            let mut end = 0;
            for day in find(&text) {
                prop_assert!(text.get(day.range.clone()).is_some() && day.range.end > end);
                end = day.range.end;
            }
        }
    }
}
