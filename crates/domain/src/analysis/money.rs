//! Amounts of won, in all the ways in which contracts write them: digits with commas, digits with Korean units, Korean numerals, the
//! currency sign, and English.

use std::ops::Range;

/// An amount in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Won.
    pub won: i64,
    /// Where it stands, the unit included.
    pub range: Range<usize>,
}

/// Beyond this it is no amount of a contract: a thousand trillion won.
const LARGEST: i64 = 1_000_000_000_000_000;

/// No amount is written longer, in characters.
const WIDEST: usize = 40;

/// Every amount in a text, in order, none inside of another.
pub fn find(text: &str) -> Vec<Amount> {
    let mut found: Vec<Amount> = Vec::new();
    let mut add = |amount: Amount| {
        let apart =
            |other: &Amount| other.range.end <= amount.range.start || amount.range.end <= other.range.start;
        if found.iter().all(apart) {
            found.push(amount);
        }
    };
    text.match_indices('\u{C6D0}')
        .filter_map(|(at, unit)| before_unit(text, at, at + unit.len()))
        .for_each(&mut add);
    numbers(text)
        .into_iter()
        .filter_map(|range| in_english(text, range))
        .for_each(&mut add);
    found.sort_by_key(|amount| amount.range.start);
    found
}

/// The amount that ends at `unit`: the longest row of numerals before it that is a number.
fn before_unit(text: &str, unit: usize, end: usize) -> Option<Amount> {
    let head = text.get(..unit)?;
    let mut starts = Vec::new();
    let mut after = 'x';
    for (at, c) in head.char_indices().rev().take(WIDEST) {
        // A blank may stand between numerals, but not behind a point: that one ends a date or an item.
        let blank = c == ' ' && (after == 'x' || !starts.is_empty());
        if !(is_numeral(c) || blank) || (matches!(c, '.' | ',') && after == ' ') {
            break;
        }
        if c != ' ' {
            starts.push(at);
        }
        after = c;
    }
    // An article's number is no trillion, and half of a number or of a date that cannot be read is no amount.
    let free = |start: &usize| {
        head.split_at_checked(*start).is_some_and(|(before, row)| {
            let number = before.trim_end_matches([',', '.']);
            !before.trim_end().ends_with('\u{C81C}')
                && !number.ends_with(|c: char| c.is_ascii_digit())
                && !is_end_of_word(before, row)
        })
    };
    let (start, won) = starts
        .into_iter()
        .rev()
        .filter(free)
        .find_map(|start| Some((start, parse(head.get(start..)?)?)))?;
    Some(Amount {
        won,
        range: start..end,
    })
}

/// Whether a row of numerals begins with the end of a word: a particle that sounds like "two", a district that sounds like "nine". Such a
/// syllable stands at its word, and a blank behind it.
fn is_end_of_word(before: &str, row: &str) -> bool {
    let mut row = row.chars();
    row.next().and_then(digit).is_some() && row.next() == Some(' ') && before.ends_with(char::is_alphabetic)
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, ',' | '.')
        || digit(c).is_some()
        || small(c).is_some()
        || large(c).is_some()
}

/// The numerals from one to nine, in Hangul and in the Chinese characters of old forms.
fn digit(c: char) -> Option<i64> {
    Some(match c {
        '\u{C77C}' | '\u{58F9}' | '\u{4E00}' => 1,
        '\u{C774}' | '\u{8CB3}' | '\u{4E8C}' => 2,
        '\u{C0BC}' | '\u{53C3}' | '\u{4E09}' => 3,
        '\u{C0AC}' | '\u{56DB}' => 4,
        '\u{C624}' | '\u{4E94}' => 5,
        '\u{C721}' | '\u{516D}' => 6,
        '\u{CE60}' | '\u{4E03}' => 7,
        '\u{D314}' | '\u{516B}' => 8,
        '\u{AD6C}' | '\u{4E5D}' => 9,
        _ => return None,
    })
}

/// Ten, hundred, thousand.
fn small(c: char) -> Option<i64> {
    Some(match c {
        '\u{C2ED}' | '\u{5341}' | '\u{62FE}' => 10,
        '\u{BC31}' | '\u{767E}' => 100,
        '\u{CC9C}' | '\u{5343}' | '\u{4EDF}' => 1_000,
        _ => return None,
    })
}

/// Ten thousand, a hundred million, a trillion.
fn large(c: char) -> Option<i64> {
    Some(match c {
        '\u{B9CC}' | '\u{842C}' => 10_000,
        '\u{C5B5}' | '\u{5104}' => 100_000_000,
        '\u{C870}' | '\u{5146}' => 1_000_000_000_000,
        _ => return None,
    })
}

/// What has been read of a number.
struct Reading {
    total: i64,
    /// What stands below the next large unit, in thousandths, so that a decimal can stand before it.
    group: i64,
    digit: Option<i64>,
    small: i64,
    large: i64,
}

/// Thousandths in one.
const ONE: i64 = 1_000;

/// Reads a whole number with units; `None` for what is none.
pub fn parse(text: &str) -> Option<i64> {
    let mut reading = Reading {
        total: 0,
        group: 0,
        digit: None,
        small: 10_000,
        large: i64::MAX,
    };
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let width = if c.is_ascii_digit() {
            let (thousandths, width) = arabic(rest)?;
            reading.digit(thousandths)?;
            width
        } else {
            if let Some(one) = digit(c) {
                reading.digit(one * ONE)?;
            } else if let Some(unit) = small(c) {
                reading.small(unit)?;
            } else {
                reading.large(large(c)?)?;
            }
            c.len_utf8()
        };
        rest = rest.get(width..)?.trim_start_matches(' ');
    }
    reading.end().filter(|won| (1..=LARGEST).contains(won))
}

impl Reading {
    fn digit(&mut self, thousandths: i64) -> Option<()> {
        if self.digit.is_some() {
            return None;
        }
        self.digit = Some(thousandths);
        Some(())
    }

    fn small(&mut self, unit: i64) -> Option<()> {
        if unit >= self.small {
            return None;
        }
        let digit = self.digit.take().unwrap_or(ONE);
        self.group = self.group.checked_add(digit.checked_mul(unit)?)?;
        self.small = unit;
        Some(())
    }

    fn large(&mut self, unit: i64) -> Option<()> {
        if unit >= self.large {
            return None;
        }
        let mut group = self.group.checked_add(self.digit.take().unwrap_or(0))?;
        if group == 0 {
            // Only ten thousand is said without a one before it.
            if unit != 10_000 {
                return None;
            }
            group = ONE;
        }
        // Thousandths of a large unit are whole won.
        self.total = self.total.checked_add(group.checked_mul(unit / ONE)?)?;
        (self.group, self.small, self.large) = (0, 10_000, unit);
        Some(())
    }

    fn end(self) -> Option<i64> {
        let group = self.group.checked_add(self.digit.unwrap_or(0))?;
        (group % ONE == 0).then_some(())?;
        self.total.checked_add(group / ONE)
    }
}

/// A number in digits at the beginning of a text, in thousandths, and its width. Commas stand between groups of three, a decimal has one or
/// two places.
fn arabic(text: &str) -> Option<(i64, usize)> {
    let width = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
        .unwrap_or(text.len());
    let (whole, places) = text
        .get(..width)?
        .split_once('.')
        .unwrap_or((text.get(..width)?, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    let decimal = text.get(..width)?.contains('.');
    let thousandths = match places {
        "" if decimal => return None,
        "" => 0,
        _ if places.len() > 2 || !places.bytes().all(|byte| byte.is_ascii_digit()) => return None,
        _ => places.parse::<i64>().ok()? * if places.len() == 1 { 100 } else { 10 },
    };
    let whole: i64 = digits.parse().ok()?;
    Some((whole.checked_mul(ONE)?.checked_add(thousandths)?, width))
}

/// Rows of digits, with commas and points between digits.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(from) = text
        .get(at..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + from;
        let rest = text.get(start..).unwrap_or_default();
        let width = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
            .unwrap_or(rest.len());
        let trimmed = rest.get(..width).unwrap_or_default().trim_end_matches([',', '.']);
        found.push(start..start + trimmed.len());
        at = start + width;
    }
    found
}

/// `KRW 350,000,000`, the currency sign, `350,000,000 won`, `KRW 1.2 billion`.
fn in_english(text: &str, range: Range<usize>) -> Option<Amount> {
    let before = text.get(..range.start)?.trim_end();
    let signed = before.ends_with('\u{20A9}') || ends_with_word(before, "krw");
    let after = text.get(range.end..)?;
    let rest = after.trim_start();
    let scales = [("million", 1_000_000), ("billion", 1_000_000_000)];
    let scale = scales.into_iter().find(|(word, _)| starts_with_word(rest, word));
    let unit = scale.map_or(rest, |(word, _)| {
        rest.get(word.len()..).unwrap_or_default().trim_start()
    });
    let currency = ["won", "krw"]
        .into_iter()
        .find(|word| starts_with_word(unit, word));
    if !signed && currency.is_none() {
        return None;
    }
    let (thousandths, _) = arabic(text.get(range.clone())?)?;
    let won = thousandths.checked_mul(scale.map_or(1, |(_, scale)| scale))?;
    let end = match (currency, scale) {
        (Some(word), _) => text.len() - unit.len() + word.len(),
        (None, Some((word, _))) => text.len() - rest.len() + word.len(),
        (None, None) => range.end,
    };
    (won % ONE == 0 && (1..=LARGEST).contains(&(won / ONE))).then_some(Amount {
        won: won / ONE,
        range: range.start..end,
    })
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && !text
            .get(word.len()..)
            .unwrap_or_default()
            .starts_with(char::is_alphabetic)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let start = text.len().saturating_sub(word.len());
    text.get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(word))
        && !text
            .get(..start)
            .unwrap_or_default()
            .ends_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
