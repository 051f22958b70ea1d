//! The words of contract language, read from the data files beside this one.

/// Words that only a contract has.
pub(super) const CONTRACT: &str = include_str!("words/contract.txt");
/// What articles are about.
pub(super) const TOPICS: &str = include_str!("words/topics.txt");
/// Names of headings, amounts, days and persons.
pub(super) const FORMS: &str = include_str!("words/forms.txt");

/// The rows of a file: a name and what stands behind the first colon.
pub(super) fn rows(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
}

/// The words of a row; none for a name that the file does not have, which a test excludes.
pub(super) fn group(file: &'static str, name: &str) -> impl Iterator<Item = &'static str> {
    let row = rows(file).find(|(known, _)| *known == name);
    row.into_iter().flat_map(|(_, words)| words.split('|'))
}

/// The last of the words in a squeezed text: where it begins and ends. Of two that end at the same place the longer one.
pub(super) fn last_of(text: &str, words: impl Iterator<Item = &'static str>) -> Option<(usize, usize)> {
    words
        .filter_map(|word| text.rfind(word).map(|at| (at, at + word.len())))
        .max_by_key(|(start, end)| (*end, usize::MAX - *start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_can_be_found_in_a_squeezed_text() {
        for file in [CONTRACT, FORMS, TOPICS] {
            for (name, words) in rows(file) {
                for word in words.split(['|']).flat_map(|word| word.split(": ")) {
                    assert!(!word.is_empty(), "{name} has an empty word");
                    assert_eq!(word.to_ascii_lowercase(), word, "{name}: {word}");
                }
            }
        }
    }
}
