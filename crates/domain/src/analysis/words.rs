//! The words of contract language, read from the data files beside this one.

use std::cmp::Reverse;
use std::sync::OnceLock;

/// A data file, read once.
pub(super) struct File {
    text: &'static str,
    rows: OnceLock<Vec<Row>>,
}

/// A line of a file.
pub(super) struct Row {
    /// What stands before the first colon.
    pub name: &'static str,
    /// What stands behind it.
    pub rest: &'static str,
    words: Vec<&'static str>,
}

/// Words that only a contract has.
pub(super) static CONTRACT: File = File::new(include_str!("words/contract.txt"));
/// What articles are about.
pub(super) static TOPICS: File = File::new(include_str!("words/topics.txt"));
/// Names of headings, amounts, days and persons.
pub(super) static FORMS: File = File::new(include_str!("words/forms.txt"));

impl File {
    const fn new(text: &'static str) -> Self {
        Self {
            text,
            rows: OnceLock::new(),
        }
    }

    fn read(&self) -> Vec<Row> {
        let lines = self.text.lines().filter(|line| !line.starts_with('#'));
        let row = |(name, rest): (&'static str, &'static str)| Row {
            name,
            rest,
            words: rest.split('|').collect(),
        };
        lines.filter_map(|line| line.split_once(": ")).map(row).collect()
    }
}

/// The rows of a file.
pub(super) fn rows(file: &'static File) -> &'static [Row] {
    file.rows.get_or_init(|| file.read())
}

/// The words of a row; none for a name that the file does not have, which a test excludes.
pub(super) fn group(file: &'static File, name: &str) -> impl Iterator<Item = &'static str> {
    let row = rows(file).iter().find(|row| row.name == name);
    row.into_iter().flat_map(|row| row.words.iter().copied())
}

/// The last of the words in a squeezed text: where it begins and ends. Of two that end at the same place the longer one.
pub(super) fn last_of(text: &str, words: impl Iterator<Item = &'static str>) -> Option<(usize, usize)> {
    words
        .filter_map(|word| text.rfind(word).map(|at| (at, at + word.len())))
        .max_by_key(|(start, end)| (*end, Reverse(*start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_words_the_later_counts_and_then_the_longer() {
        let last = |words: &'static [&'static str]| last_of("abcabcd", words.iter().copied());
        assert_eq!(last(&["abc", "cd", "bcd", "d"]), Some((4, 7)));
        assert_eq!(last(&["ab", "abc", "bc", "x"]), Some((3, 6)));
        assert_eq!(last(&["x"]), None);
    }

    #[test]
    fn every_word_can_be_found_in_a_squeezed_text() {
        for file in [&CONTRACT, &FORMS, &TOPICS] {
            for Row { name, rest, .. } in rows(file) {
                for word in rest.split(['|']).flat_map(|word| word.split(": ")) {
                    assert!(!word.is_empty(), "{name} has an empty word");
                    assert_eq!(word.to_ascii_lowercase(), word, "{name}: {word}");
                }
            }
        }
    }
}
