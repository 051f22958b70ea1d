//! Stage 2 (PROG-1): what cannot be a contract is refused, with a reason.

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
    different: usize,
}

impl Made {
    fn of(text: &str) -> Self {
        let mut made = Self::default();
        let mut seen = std::collections::BTreeSet::new();
        for c in text.chars() {
            made.all += 1;
            if seen.len() < DIFFERENT {
                seen.insert(c);
            }
            match c {
                '\u{AC00}'..='\u{D7A3}' => made.hangul += 1,
                c if c.is_ascii_alphabetic() => made.latin += 1,
                c if c.is_ascii_digit() => made.digits += 1,
                c if is_usual(c) => made.usual += 1,
                _ => {}
            }
        }
        made.different = seen.len();
        made
    }
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
    if readable * 10 < made.all * 9 || letters * 2 < made.all || made.different < DIFFERENT {
        return Err(Unfit::Unreadable);
    }
    let language = language(made).ok_or(Unfit::UnknownLanguage)?;
    if is_contract(squeezed.text()) {
        Ok(language)
    } else {
        Err(Unfit::NotAContract)
    }
}

fn language(made: Made) -> Option<Language> {
    // A syllable says about as much as three letters.
    if made.hangul * 3 >= made.latin {
        Some(Language::Korean)
    } else if made.latin * 2 >= made.all {
        Some(Language::English)
    } else {
        None
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
mod tests {
    use super::*;
    use crate::analysis::ingestion::normalise;
    use proptest::prelude::*;

    const LEASE: &str = "임대차계약서\n제1조(목적) 임대인과 임차인은 아래 부동산에 관하여 다음과 같이 임대차계약을 체결한다.\n소재지: 서울시 \
        마포구 월드컵로 10, 101동 202호\n제2조(보증금) 보증금은 금 삼억원정으로 하고 계약금은 계약 시에, 잔금은 입주일에 지급한다.\n\
        제3조(존속기간) 임대인은 목적물을 2026년 3월 1일까지 인도하고, 기간은 그날부터 24개월로 한다. 기간이 끝나면 보증금을 반환한다.";

    #[track_caller]
    fn judged(raw: &str) -> Result<Language, Unfit> {
        judge(&normalise(raw))
    }

    #[test]
    fn a_contract_is_fit_in_both_languages() {
        assert_eq!(judged(LEASE), Ok(Language::Korean));
        let english = "LEASE AGREEMENT. Article 1. The lessor lets the premises at Mapo-gu, Seoul, to the lessee. Article 2. The deposit is KRW \
            300,000,000, paid on the day of handover. Article 3. The lease term is 24 months from March 1, 2026.";
        assert_eq!(judged(english), Ok(Language::English));
    }

    #[test]
    fn the_reason_is_told() {
        assert_eq!(judged("계약서"), Err(Unfit::TooShort));
        assert_eq!(
            judged(&"가나다라마바사아자차".repeat(20_001)),
            Err(Unfit::TooLong)
        );
        assert_eq!(judged(&"임대차계약서 ".repeat(100)), Err(Unfit::Unreadable));
        assert_eq!(judged(&"#@!~ %^&* 12 ".repeat(40)), Err(Unfit::Unreadable));
        assert_eq!(
            judged(&"Договор найма жилого помещения между сторонами. ".repeat(8)),
            Err(Unfit::UnknownLanguage)
        );
        let recipe = "김치찌개는 돼지고기와 잘 익은 김치를 함께 볶다가 물을 붓고 끓인다. 두부와 대파는 마지막에 넣고, 간은 국간장으로 맞춘다. ";
        assert_eq!(judged(&recipe.repeat(4)), Err(Unfit::NotAContract));
        for unfit in Unfit::ALL {
            assert_eq!(Unfit::parse(unfit.as_str()), Some(unfit));
        }
    }

    proptest! {
        #[test]
        fn anything_is_judged_and_spaces_do_not_matter(raw in any::<String>()) {
            let _ = judged(&raw);
            let spaced: String = LEASE.chars().flat_map(|c| [c, '\n']).collect();
            prop_assert_eq!(judged(&spaced), Ok(Language::Korean));
        }

        #[test]
        fn noise_is_no_contract(noise in "[!-/:-@0-9]{200,400}") {
            prop_assert!(judged(&noise).is_err());
        }
    }
}
