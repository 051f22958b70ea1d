//! Whether a quote stands in a document (CON-4). White space is free, because a model breaks lines as it likes; nothing else is.

use std::ops::Range;

use super::ingestion::Document;
use super::squeezed::Squeezed;

/// The shortest quote that says anything, in characters without white space.
const SHORTEST: usize = 4;
/// The longest one, likewise: longer than any sentence, shorter than a page.
pub const LONGEST: usize = 1_000;

/// A document in which quotes are looked for, prepared once.
#[derive(Clone, Debug)]
pub struct Quotable {
    original: String,
    squeezed: Squeezed,
}

impl Quotable {
    /// Prepares a document.
    pub fn new(document: &Document) -> Self {
        Self {
            original: document.as_str().to_owned(),
            squeezed: Squeezed::new(document.as_str()),
        }
    }

    /// Where the quote stands; `None` if it does not, or is too short or too long to be one.
    pub fn find(&self, quote: &str) -> Option<Range<usize>> {
        let wanted = Squeezed::new(quote);
        if !(SHORTEST..=LONGEST).contains(&wanted.text().chars().count()) {
            return None;
        }
        let at = self.squeezed.text().find(wanted.text())?;
        self.squeezed.origin(at..at + wanted.text().len(), &self.original)
    }

    /// The quote as the document has it.
    pub fn exact(&self, quote: &str) -> Option<&str> {
        self.original.get(self.find(quote)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ingestion::normalise;
    use proptest::prelude::*;

    #[test]
    fn white_space_is_free_and_nothing_else_is() {
        let document = normalise("제3조 임차인은 보증금을\n반환받는 즉시 인도한다.");
        let quotable = Quotable::new(&document);
        assert_eq!(
            quotable.exact("보증금을 반환 받는 즉시"),
            Some("보증금을\n반환받는 즉시")
        );
        for absent in ["보증금을 돌려받는 즉시", "즉시 반환받는", "보증금", "   ", ""] {
            assert_eq!(quotable.exact(absent), None, "{absent}");
        }
        assert_eq!(quotable.exact(&"가".repeat(LONGEST + 1)), None);
    }

    proptest! {
        #[test]
        fn every_piece_of_a_document_stands_in_it(raw in "[가-힣a-z0-9 \n,.]{20,200}", from in 0_usize..60, length in 8_usize..80) {
            let document = normalise(&raw);
            let piece: String = document.as_str().chars().skip(from).take(length).collect();
            prop_assume!(piece.chars().filter(|c| !c.is_whitespace()).count() >= SHORTEST);
            let quotable = Quotable::new(&document);
            let found = quotable.exact(&piece);
            prop_assert!(found.is_some());
            let squeeze = |text: &str| Squeezed::new(text).text().to_owned();
            prop_assert_eq!(squeeze(found.unwrap()), squeeze(&piece));
            let spaced: String = piece.chars().flat_map(|c| [c, ' ']).collect();
            prop_assert!(quotable.exact(&spaced).is_some());
        }

        #[test]
        fn words_that_do_not_stand_there_are_never_found(raw in "[가-힣 ]{0,200}", quote in "[a-z]{4,20}") {
            let document = normalise(&raw);
            let quotable = Quotable::new(&document);
            prop_assert_eq!(quotable.exact(&quote), None);
        }
    }
}
