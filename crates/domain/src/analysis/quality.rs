//! Stage 2 (PROG-1): what cannot be a contract is refused, with a reason.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ingestion::Document;
use super::squeezed::Squeezed;
use super::words;

/// Fewer characters, white space left out, are no contract.
pub const SHORTEST: usize = 150;
/// More are none either; the most that a contract holds (`contract::DocumentText`).
pub const LONGEST: usize = 200_000;
/// So many kinds of contract words must be there, of the seven in `words/contract.txt`.
const KINDS: usize = 4;
/// A text with fewer different characters repeats itself.
const DIFFERENT: usize = 25;

/// Why a text is not analysed. The sentence for a person stands in the catalogue under this code (`i18n::unfit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// Less than any contract has.
    TooShort,
    /// More than is read.
    TooLong,
    /// Mostly signs that are no words, as from a bad recognition.
    Unreadable,
    /// Neither Korean nor English.
    UnknownLanguage,
    /// Words, but not those of a sale or a lease.
    NotAContract,
}

impl Unfit {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::TooShort,
        Self::TooLong,
        Self::Unreadable,
        Self::UnknownLanguage,
        Self::NotAContract,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Unreadable => "unreadable",
            Self::UnknownLanguage => "unknown_language",
            Self::NotAContract => "not_a_contract",
        }
    }

    /// Reads the stored spelling.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unfit| unfit.as_str() == raw)
    }
}

/// The language of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean, perhaps with some English.
    Korean,
    /// English.
    English,
}

/// What a text is made of, counted without white space.
#[derive(Clone, Copy, Debug, Default)]
struct Made {
    all: usize,
    hangul: usize,
    latin: usize,
    digits: usize,
    usual: usize,
}

impl Made {
    fn of(text: &str) -> Self {
        let mut made = Self::default();
        for c in text.chars() {
            made.all += 1;
            match c {
                '\u{AC00}'..='\u{D7A3}' => made.hangul += 1,
                c if c.is_ascii_alphabetic() => made.latin += 1,
                c if c.is_ascii_digit() => made.digits += 1,
                c if is_usual(c) => made.usual += 1,
                _ => {}
            }
        }
        made
    }
}

/// Whether a text has as many different characters as any that says something.
fn is_varied(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    text.chars().any(|c| {
        seen.insert(c);
        seen.len() >= DIFFERENT
    })
}

/// Signs that contracts use between words.
fn is_usual(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{A9}' | '\u{B7}' | '\u{318D}' | '\u{20A9}' | '\u{2010}'..='\u{2027}' | '\u{203B}'
        | '\u{2190}'..='\u{21FF}' | '\u{2460}'..='\u{24FF}' | '\u{2500}'..='\u{25FF}' | '\u{3000}'..='\u{303F}' | '\u{3131}'..='\u{318E}'
        | '\u{3200}'..='\u{33FF}' | '\u{4E00}'..='\u{9FFF}')
}

/// Judges a document and names its language.
///
/// # Errors
/// [`Unfit`].
pub fn judge(document: &Document) -> Result<Language, Unfit> {
    let squeezed = Squeezed::new(document.as_str());
    let made = Made::of(squeezed.text());
    if made.all < SHORTEST {
        return Err(Unfit::TooShort);
    }
    if made.all > LONGEST {
        return Err(Unfit::TooLong);
    }
    let readable = made.hangul + made.latin + made.digits + made.usual;
    let letters = made.hangul + made.latin;
    // A page of another alphabet is not unreadable, it is another language: only signs that are no letters speak against reading.
    let foreign = squeezed.text().chars().filter(|c| c.is_alphabetic()).count();
    if letters * 2 < foreign {
        return Err(Unfit::UnknownLanguage);
    }
    if readable * 10 < made.all * 9 || letters * 2 < made.all || !is_varied(squeezed.text()) {
        return Err(Unfit::Unreadable);
    }
    if is_contract(squeezed.text()) {
        Ok(language(made))
    } else {
        Err(Unfit::NotAContract)
    }
}

/// Of what is at least half letters of the two.
const fn language(made: Made) -> Language {
    // A syllable says about as much as three letters.
    if made.hangul * 3 >= made.latin {
        Language::Korean
    } else {
        Language::English
    }
}

fn is_contract(squeezed: &str) -> bool {
    let has = |row: &&words::Row| row.rest.split('|').any(|word| squeezed.contains(word));
    let kinds: Vec<&str> = words::rows(&words::CONTRACT)
        .iter()
        .filter(has)
        .map(|row| row.name)
        .collect();
    kinds.len() >= KINDS && kinds.iter().any(|kind| matches!(*kind, "title" | "article"))
}

#[cfg(test)]
mod tests;
