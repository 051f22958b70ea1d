//! A text without its white space, and the way back. Korean is spaced freely, and recognised text even more so: whoever looks for
//! words looks here.

use std::ops::Range;

/// A text without white space, Latin letters in lower case.
#[derive(Clone, Debug)]
pub struct Squeezed {
    text: String,
    /// For every byte of `text`, where its character begins in the original; and the end.
    origins: Vec<u32>,
}

impl Squeezed {
    /// Squeezes a text. Offsets beyond 4 GiB are not kept.
    pub fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(original.len());
        for (at, c) in original.char_indices() {
            if c.is_whitespace() {
                continue;
            }
            let before = text.len();
            text.push(c.to_ascii_lowercase());
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            origins.extend(std::iter::repeat_n(at, text.len() - before));
        }
        Self { text, origins }
    }

    /// The squeezed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of the squeezed text stands in `original`, from the first byte of its first character to the last byte of its last.
    /// `None` for an empty range or one that is not in the text.
    pub fn origin(&self, range: Range<usize>, original: &str) -> Option<Range<usize>> {
        let last = range.end.checked_sub(1)?;
        if range.start > last {
            return None;
        }
        let start = usize::try_from(*self.origins.get(range.start)?).ok()?;
        let end = usize::try_from(*self.origins.get(last)?).ok()?;
        let width = original.get(end..)?.chars().next()?.len_utf8();
        Some(start..end + width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_way_back_takes_the_spaces_between() {
        let original = "제 1 조 (목적)  ABC ";
        let squeezed = Squeezed::new(original);
        assert_eq!(squeezed.text(), "제1조(목적)abc");
        let at = squeezed.text().find("1조(").unwrap();
        let range = squeezed.origin(at..at + "1조(".len(), original).unwrap();
        assert_eq!(&original[range], "1 조 (");
        assert_eq!(squeezed.origin(3..3, original), None);
    }

    proptest! {
        #[test]
        fn every_piece_finds_back(original in any::<String>(), from in 0.0_f64..1.0, to in 0.0_f64..1.0) {
            let squeezed = Squeezed::new(&original);
            let starts: Vec<usize> = squeezed.text().char_indices().map(|(at, _)| at).chain([squeezed.text().len()]).collect();
            let pick = |share: f64| starts[((starts.len() - 1) as f64 * share) as usize];
            let (from, to) = (pick(from).min(pick(to)), pick(from).max(pick(to)));
            if let Some(range) = squeezed.origin(from..to, &original) {
                let again = Squeezed::new(&original[range]);
                prop_assert_eq!(again.text(), &squeezed.text()[from..to]);
            } else {
                prop_assert_eq!(from, to);
            }
        }
    }
}
