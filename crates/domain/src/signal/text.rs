//! Finding a text in descriptions (SIG-3), for every language and with the same answer on every engine.
//!
//! A description is normalised and cut into the overlapping pairs of its UTF-16 units; each pair is a word of eight hexadecimal digits.
//! A text of two characters or more is contained in a description exactly when its words stand there side by side in its order. An index of
//! words, which every engine has, says which descriptions hold all of them; comparing the sequences decides. UTF-16, because then every word is
//! equally long: a sequence found in another begins where a word begins.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;
use crate::text::{Message, composed, is_unwanted};

/// So many different words of a query are asked of the index; the comparison that follows sees all of them.
const ASKED: usize = 16;

/// The fewest and the most characters of a query.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=100;

/// The words of a description, in their order and separated by blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grams(String);

impl Grams {
    /// The words of a description.
    pub fn of(description: &Message) -> Self {
        Self(cut(&normalise(description.as_str())))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText {
    text: String,
    grams: String,
}

impl SearchText {
    /// Reads what somebody typed: 2 to 100 characters when normalised.
    ///
    /// # Errors
    /// [`FieldCode::TooShort`] or [`FieldCode::TooLong`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let text = normalise(raw);
        let length = text.chars().count();
        if length < *LENGTH.start() {
            return Err(FieldCode::TooShort);
        }
        if length > *LENGTH.end() {
            return Err(FieldCode::TooLong);
        }
        let grams = cut(&text);
        Ok(Self { text, grams })
    }

    /// The text as it is compared.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The words that stand side by side in every description that holds the text.
    pub fn sequence(&self) -> &str {
        &self.grams
    }

    /// Some of the words, each once: what the index is asked for.
    pub fn words(&self) -> String {
        let words: BTreeSet<&str> = self.grams.split(' ').collect();
        words.into_iter().take(ASKED).collect::<Vec<_>>().join(" ")
    }
}

/// As texts are compared: in Unicode's composed form (NFC), without case, runs of white space as one blank, without characters that nobody
/// sees. Case is taken off character by character, so that what is part of a text is part of it afterwards too.
fn normalise(raw: &str) -> String {
    let lower: String = composed(raw.to_owned())
        .chars()
        .filter(|c| c.is_whitespace() || !is_unwanted(*c))
        .flat_map(char::to_lowercase)
        .collect();
    composed(lower).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The overlapping pairs as words. A text of a single unit has none.
fn cut(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut words = String::with_capacity(units.len() * 9);
    for (first, second) in units.iter().zip(units.iter().skip(1)) {
        if !words.is_empty() {
            words.push(' ');
        }
        // Writing to a string does not fail.
        let _ = write!(words, "{first:04x}{second:04x}");
    }
    words
}

impl PartialSchema for SearchText {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::text(LENGTH), "A text to look for.")
    }
}

impl ToSchema for SearchText {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(query: &str, description: &str) -> bool {
        let grams = Grams::of(&Message::parse(description).unwrap());
        grams
            .as_str()
            .contains(SearchText::parse(query).unwrap().sequence())
    }

    #[test]
    fn a_word_of_two_syllables_is_found_anywhere() {
        // Gangnam, Yeoksam station and Yeoksam, in Korean.
        let text = "Bright \u{AC15}\u{B0A8}\n \u{C5ED}\u{C0BC}\u{C5ED} flat";
        assert!(finds("\u{C5ED}\u{C0BC}", text) && finds("\u{B0A8} \u{C5ED}", text));
        assert!(finds("\u{1100}\u{1161}\u{11BC}\u{B0A8}", text), "typed in jamo");
        assert!(finds("BRIGHT", text) && finds("t  f", "Last flat"));
        assert!(!finds("\u{C0BC}\u{C5ED}\u{C5ED}", text) && !finds("birght", text));
    }

    #[test]
    fn a_query_has_2_to_100_characters_that_count() {
        for raw in ["", "a", " a ", "a\u{200B}", "\u{1F600}"] {
            assert_eq!(SearchText::parse(raw), Err(FieldCode::TooShort), "{raw:?}");
        }
        assert!(SearchText::parse(&"\u{AC00}".repeat(100)).is_ok());
        assert_eq!(
            SearchText::parse(&"\u{AC00}".repeat(101)),
            Err(FieldCode::TooLong)
        );
    }

    #[test]
    fn the_index_is_asked_for_each_word_once_and_for_sixteen_at_most() {
        let words = |raw: &str| SearchText::parse(raw).unwrap().words();
        assert_eq!(words("ababa"), "00610062 00620061");
        let many: String = ('a'..='z').collect();
        assert_eq!(words(&many).split(' ').count(), ASKED);
    }

    proptest! {
        #[test]
        fn found_is_contained(description in "[a-cA-C \n\u{ac00}-\u{ac03}\u{1100}-\u{1102}\u{1161}\u{1F600}\u{1F601}\u{130}]{1,60}",
            at in 0usize..60, length in 2usize..8, other in "[a-c \u{ac00}-\u{ac03}\u{1F600}]{2,6}")
        {
            let Ok(message) = Message::parse(&description) else { return Ok(()) };
            let grams = Grams::of(&message);
            let normal = normalise(message.as_str());
            let part: String = normal.chars().skip(at % normal.chars().count()).take(length).collect();
            for query in [part, other] {
                let Ok(query) = SearchText::parse(&query) else { continue };
                prop_assert_eq!(grams.as_str().contains(query.sequence()), normal.contains(query.as_str()), "{:?} in {:?}", query, normal);
                for word in query.words().split(' ') {
                    prop_assert!(!normal.contains(query.as_str()) || grams.as_str().contains(word));
                }
            }
        }

        #[test]
        fn comparing_has_one_form(raw in any::<String>()) {
            let once = normalise(&raw);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn every_word_is_eight_digits(raw in any::<String>()) {
            if let Ok(query) = SearchText::parse(&raw) {
                prop_assert!(query.sequence().split(' ').all(|word| word.len() == 8));
            }
        }
    }
}
