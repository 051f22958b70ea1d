//! Free text (CONV-8): control characters out, trimmed, normalised, and of a length counted in characters.

use std::borrow::Cow;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;

/// A text of one line with 1 to `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Cleans and checks a text. Any run of white space becomes one blank.
    ///
    /// # Errors
    /// [`FieldCode::Required`] when nothing is left, [`FieldCode::TooLong`] beyond `MAX` characters.
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let line = if is_clean_line(raw) {
            raw.to_owned()
        } else {
            clean_line(raw)
        };
        check::<MAX>(&line)?;
        Ok(Self(line))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of several lines with 1 to `MAX` characters; newline and tab are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Paragraphs<const MAX: usize>(String);

impl<const MAX: usize> Paragraphs<MAX> {
    /// Cleans and checks a text. Line ends become `\n`.
    ///
    /// # Errors
    /// [`FieldCode::Required`] when nothing is left, [`FieldCode::TooLong`] beyond `MAX` characters.
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let text = if are_clean_paragraphs(raw) {
            raw.to_owned()
        } else {
            clean_paragraphs(raw)
        };
        check::<MAX>(&text)?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A title or name of something: one line of at most 200 characters (CONV-8).
pub type Title = Line<200>;
/// A message or description: at most 10 000 characters (CONV-8).
pub type Message = Paragraphs<10_000>;

pub(crate) fn clean_line(raw: &str) -> String {
    // Composed last: letters that something invisible kept apart would else compose the next time.
    let clean: String = raw
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unwanted(*c))
        .collect();
    let composed = composed(clean);
    let words: Vec<_> = composed.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

pub(crate) fn clean_paragraphs(raw: &str) -> String {
    let unix = raw.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = unix
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !is_unwanted(*c))
        .collect();
    composed(clean).trim().to_owned()
}

// Whether cleaning would change nothing, seen in one look at each letter. All texts that were kept are clean, and they are read more often than
// they are written. What is unusual may be clean and yet not look so.

fn is_clean_line(raw: &str) -> bool {
    let mut before = ' ';
    let clean = raw.chars().all(|c| {
        let doubled = c == ' ' && before == ' ';
        before = c;
        is_usual(c) && !doubled
    });
    clean && before != ' '
}

fn are_clean_paragraphs(raw: &str) -> bool {
    raw.chars().all(|c| is_usual(c) || matches!(c, '\n' | '\t')) && raw.trim().len() == raw.len()
}

/// A letter, a mark or a blank that stays as it is, whatever stands beside it.
const fn is_usual(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A1}'..='\u{2FF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Control characters, and the invisible ones that turn the direction of a text or hide in it.
pub(crate) fn is_unwanted(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200B}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The text in Unicode's composed form (NFC). Most texts are, and their letters show it without a look into Unicode's tables.
pub(crate) fn composed(text: String) -> String {
    if text.chars().all(stands_alone) {
        return text;
    }
    text.nfc().collect()
}

/// Whether a letter is composed and nothing of its kind composes with it: all before the combining marks, which begin at U+0300, and the syllables of Hangul.
const fn stands_alone(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{AC00}'..='\u{D7A3}')
}

fn check<const MAX: usize>(text: &str) -> Result<(), FieldCode> {
    match text.chars().count() {
        0 => Err(FieldCode::Required),
        length if length > MAX => Err(FieldCode::TooLong),
        _ => Ok(()),
    }
}

impl<const MAX: usize> PartialSchema for Line<MAX> {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::text(1..=MAX), "A text of one line.")
    }
}

impl<const MAX: usize> ToSchema for Line<MAX> {
    fn name() -> Cow<'static, str> {
        format!("LineUpTo{MAX}").into()
    }
}

impl<const MAX: usize> PartialSchema for Paragraphs<MAX> {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::text(1..=MAX), "A text that may have several lines.")
    }
}

impl<const MAX: usize> ToSchema for Paragraphs<MAX> {
    fn name() -> Cow<'static, str> {
        format!("TextUpTo{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_cleaned() {
        assert_eq!(Line::<20>::parse("  a\u{0}b\t\n c ").unwrap().as_str(), "ab c");
        assert_eq!(Line::<20>::parse(" \u{0} \u{200B}"), Err(FieldCode::Required));
        assert_eq!(Line::<2>::parse("abc"), Err(FieldCode::TooLong));
    }

    /// The short way is there for what people write; what looks unclean goes the long way.
    #[test]
    fn ordinary_texts_take_the_short_way() {
        for line in [
            "a",
            "Bright, three rooms",
            "\u{C5ED}\u{C0BC}\u{B3D9} 1-2",
            "caf\u{E9} ~ 100%",
        ] {
            assert!(is_clean_line(line) && are_clean_paragraphs(line), "{line:?}");
        }
        for text in ["a  b", "a\nb", "a\n\n\tb"] {
            assert!(!is_clean_line(text) && are_clean_paragraphs(text), "{text:?}");
        }
        for text in [" a", "a ", "a\u{7F}", "e\u{301}", "a\r\nb", "a\u{A0}b", "\na"] {
            assert!(!is_clean_line(text) && !are_clean_paragraphs(text), "{text:?}");
        }
        assert!(!is_clean_line(""));
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        let hangul = "\u{AC00}".repeat(200);
        assert!(Title::parse(&hangul).is_ok());
    }

    #[test]
    fn paragraphs_keep_newline_and_tab() {
        assert_eq!(
            Paragraphs::<20>::parse("a\r\n\tb\u{7}").unwrap().as_str(),
            "a\n\tb"
        );
    }

    /// What makes cleaning hard: letters that compose, invisible characters between them, line ends, directions.
    const HARD: &str = "[a-eE\u{C9}\u{301}\u{308}\u{200B}\u{200D}\u{202E}\u{2066}\u{FEFF} \t\n\r\u{0}\u{7F}\u{85}\u{A0}\u{2000}\u{2028}\u{1100}\u{1161}\u{11A8}\u{AC00}\u{1F468}]{0,24}";

    fn raw() -> impl Strategy<Value = String> {
        prop_oneof![HARD, any::<String>()]
    }

    /// All of them in a row, and each beside the ends of both ranges, so that nothing that composes with its neighbour is taken for one that does not.
    #[test]
    fn what_stands_alone_is_composed() {
        let alone: Vec<char> = (char::MIN..=char::MAX).filter(|c| stands_alone(*c)).collect();
        assert_eq!(alone.len(), 0x300 + 11_172);
        assert!(unicode_normalization::is_nfc(&alone.iter().collect::<String>()));
        let edges = ['\0', 'e', '\u{2FF}', '\u{AC00}', '\u{AC01}', '\u{D7A3}'];
        for (one, other) in edges.iter().flat_map(|edge| alone.iter().map(move |c| (edge, c))) {
            assert!(
                unicode_normalization::is_nfc(&format!("{one}{other}{one}")),
                "{one:?} {other:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn composing_is_composing(raw in raw()) {
            prop_assert_eq!(composed(raw.clone()), raw.nfc().collect::<String>());
        }

        /// The short way gives what the long one gives.
        #[test]
        fn what_looks_clean_is_clean(hard in raw(), usual in "[a-c \t\n\u{A0}\u{AD}\u{C9}\u{2FF}\u{300}\u{AC00}\u{D7A3}]{0,8}") {
            for raw in [hard, usual] {
                if is_clean_line(&raw) {
                    prop_assert_eq!(clean_line(&raw), raw.clone());
                }
                if are_clean_paragraphs(&raw) {
                    prop_assert_eq!(clean_paragraphs(&raw), raw);
                }
            }
        }

        #[test]
        fn cleaning_twice_changes_nothing(raw in raw()) {
            if let Ok(once) = Line::<200>::parse(&raw) {
                prop_assert_eq!(Line::<200>::parse(once.as_str()), Ok(once.clone()));
            }
            if let Ok(once) = Message::parse(&raw) {
                prop_assert_eq!(Message::parse(once.as_str()), Ok(once.clone()));
            }
        }

        /// Whatever was sent, what is kept is composed and trimmed and holds nothing that hides or turns (CONV-8).
        #[test]
        fn what_is_kept_is_clean(raw in raw()) {
            if let Ok(Line(text)) = Line::<30>::parse(&raw) {
                prop_assert!(text.chars().all(|c| !is_unwanted(c)) && !text.contains("  "), "{:?}", text);
                prop_assert!(text.chars().all(|c| c == ' ' || !c.is_whitespace()), "{:?}", text);
                prop_assert_eq!(text.trim(), &text);
                prop_assert!(unicode_normalization::is_nfc(&text) && (1..=30).contains(&text.chars().count()));
            }
            if let Ok(Paragraphs(text)) = Paragraphs::<30>::parse(&raw) {
                prop_assert!(text.chars().all(|c| matches!(c, '\n' | '\t') || !is_unwanted(c)), "{:?}", text);
                prop_assert_eq!(text.trim(), &text);
                prop_assert!(unicode_normalization::is_nfc(&text) && (1..=30).contains(&text.chars().count()));
            }
        }
    }
}
