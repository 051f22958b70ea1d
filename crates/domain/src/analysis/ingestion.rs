//! Stage 1 (PROG-1): the text as all other stages read it.

use crate::text::{composed, is_unwanted};

/// So many syllables that stand alone in a row are a word that recognition has pulled apart.
const APART: usize = 4;

/// The normalised text of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(String);

impl Document {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Normalises a text: NFC, full-width letters and digits as usual ones, `\n` at line ends, one blank between words, no control or
/// invisible characters, no page marks, words that recognition has pulled apart put together. Doing it twice changes nothing.
pub fn normalise(raw: &str) -> Document {
    let unix = raw.replace("\r\n", "\n");
    let clean: String = unix
        .chars()
        .map(usual)
        .filter(|c| *c == '\n' || !is_invisible(*c))
        .collect();
    let composed = composed(clean);
    let mut text = String::with_capacity(composed.len());
    let mut empty = true;
    for line in composed.split('\n').map(line) {
        if is_page_mark(&line) {
            continue;
        }
        // At most one empty line between others, and none at the beginning.
        if !(line.is_empty() && empty) {
            text.push_str(&line);
            text.push('\n');
        }
        empty = line.is_empty();
    }
    text.truncate(text.trim_end().len());
    Document(text)
}

/// Line ends of every kind as `\n`, white space of every kind as a blank, full-width forms (U+FF01 to U+FF5E) as ASCII.
fn usual(c: char) -> char {
    match c {
        '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\n' => '\n',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{FFE6}' => '\u{20A9}',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Control characters and everything that takes no room: text can hide in it.
fn is_invisible(c: char) -> bool {
    is_unwanted(c)
        || matches!(c, '\u{AD}' | '\u{200C}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E007F}')
}

fn line(raw: &str) -> String {
    let words: Vec<&str> = raw.split(' ').filter(|word| !word.is_empty()).collect();
    let mut line = String::with_capacity(raw.len());
    let mut rest = words.as_slice();
    while let Some((word, after)) = rest.split_at_checked(together(rest)) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.iter().copied());
        rest = after;
    }
    line
}

/// How many of the next words are one.
fn together(words: &[&str]) -> usize {
    let alone = words.iter().take_while(|word| is_syllable(word)).count();
    if alone >= APART { alone } else { 1 }
}

fn is_syllable(word: &str) -> bool {
    let mut chars = word.chars();
    matches!(chars.next(), Some('\u{AC00}'..='\u{D7A3}')) && chars.next().is_none()
}

/// `- 3 -`, `3 / 10`, `Page 3 of 10`, `3` with the Korean word for a page, alone on a line.
fn is_page_mark(line: &str) -> bool {
    let squeezed: String = line
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let digits = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let between = |before: &str, after: &str| {
        squeezed
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(digits)
    };
    let pair = |between: &str, text: &str| {
        text.split_once(between)
            .is_some_and(|(page, pages)| digits(page) && digits(pages))
    };
    let paged = squeezed.strip_prefix("page").unwrap_or(&squeezed);
    between("-", "-")
        || between("\u{2013}", "\u{2013}")
        || between("", "\u{CABD}")
        || between("", "\u{D398}\u{C774}\u{C9C0}")
        || between("page", "")
        || between("page.", "")
        || pair("/", paged)
        || pair("of", paged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn becomes(raw: &str, expected: &str) {
        assert_eq!(normalise(raw).as_str(), expected);
    }

    #[test]
    fn line_ends_blanks_and_control_characters() {
        becomes(
            "\u{FEFF}제1조\r\n\r\n\r\n\u{3000}보증금 \t 금\u{0}\u{200B}액\r끝  ",
            "제1조\n\n보증금 금액\n끝",
        );
        becomes("한 장\u{0C}다음 장", "한 장\n다음 장");
        becomes("\u{200E}a\u{AD}b\u{2063}c", "abc");
    }

    #[test]
    fn forms_of_letters() {
        becomes("\u{1112}\u{1161}\u{11AB}", "한");
        becomes("３５０，０００，０００원", "350,000,000원");
        becomes("85㎡", "85㎡");
    }

    #[test]
    fn recognised_words_are_put_together() {
        becomes("임 대 차 계 약 서", "임대차계약서");
        becomes("부 동 산 매 매 계 약 서 (아파트)", "부동산매매계약서 (아파트)");
        becomes("그 집 앞 골목", "그 집 앞 골목");
    }

    #[test]
    fn page_marks_go() {
        becomes(
            "가\n- 3 -\n나\n3 / 10\n다\nPage 3 of 10\n라\n12쪽\n마",
            "가\n나\n다\n라\n마",
        );
        becomes("2026-3-1\n3/10 지급", "2026-3-1\n3/10 지급");
        for mark in [
            "-3-",
            "- 12 -",
            "– 3 –",
            "3쪽",
            "3 페이지",
            "Page 3",
            "PAGE. 3",
            "3/10",
            "page 3/10",
            "3 of 10",
            "Page 3 of 10",
            "9999쪽",
        ] {
            becomes(&format!("가\n{mark}\n나"), "가\n나");
        }
        for text in [
            "- 끝 -", "12345쪽", "뒤쪽", "page", "page one", "a/b", "3", "3/", "of", "1/2/3", "2026/3/1",
        ] {
            becomes(&format!("가\n{text}\n나"), &format!("가\n{text}\n나"));
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(raw in any::<String>()) {
            let once = normalise(&raw);
            prop_assert_eq!(normalise(once.as_str()), once.clone());
        }

        #[test]
        fn twice_is_once_for_contracts(raw in "[가나다 \n\r\t0-9쪽/\\-\u{3000}\u{1112}\u{1161}\u{11AB}pageof]{0,80}") {
            let once = normalise(&raw);
            prop_assert_eq!(normalise(once.as_str()), once.clone());
            prop_assert!(!once.as_str().contains("  ") && !once.as_str().contains('\r') && !once.as_str().contains("\n\n\n"));
        }

        #[test]
        fn no_word_is_lost(words in proptest::collection::vec("[가-힣]{2,6}", 1..20)) {
            let document = normalise(&words.join(" \t "));
            prop_assert_eq!(document.as_str(), words.join(" "));
        }
    }
}
