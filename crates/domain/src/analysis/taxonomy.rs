//! Stage 3 (PROG-1): articles, sentences, and what they are about.

use std::ops::Range;

use serde::Serialize;

use super::ingestion::Document;
use super::squeezed::Squeezed;
use super::words;

/// Longer headings are sentences.
const TITLE: usize = 30;
/// A sentence that does not end ends here, in characters, so that no pattern reaches over a page.
const SENTENCE: usize = 500;
/// No contract has more articles; a text that pretends to is cut here.
const SECTIONS: usize = 500;

macro_rules! topics {
    ($($name:ident = $code:literal, $doc:literal;)*) => {
        /// What an article is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Topic { $(#[doc = $doc] $name,)* }

        impl Topic {
            /// Every topic.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable spelling, also in `words/topics.txt`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

topics! {
    Parties = "parties", "Who they are.";
    Object = "object", "The property.";
    Price = "price", "Price, deposit, rent.";
    Payment = "payment", "When what is paid.";
    Term = "term", "How long a lease lasts.";
    Handover = "handover", "When the property changes hands.";
    Transfer = "transfer", "When the ownership passes.";
    Rights = "rights", "Mortgages and other rights of others.";
    Repair = "repair", "Who repairs what.";
    Restoration = "restoration", "In which state it comes back.";
    DepositReturn = "deposit_return", "When the deposit comes back.";
    Renewal = "renewal", "How a lease goes on.";
    Subletting = "subletting", "Whether others may live there.";
    Termination = "termination", "How it ends early.";
    Penalty = "penalty", "What a breach costs.";
    Tax = "tax", "Taxes and dues.";
    Defects = "defects", "What is wrong with the property.";
    Broker = "broker", "The broker.";
    Trust = "trust", "Property held in trust.";
    Special = "special", "Special terms.";
}

/// An article, the special terms, or what stands before the first article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its number if it is an article.
    pub number: Option<u16>,
    /// Its heading without the number; may be empty.
    pub title: String,
    /// What it is about, most of all the first.
    pub topics: Vec<Topic>,
    /// Where it stands in the document, heading included.
    pub range: Range<usize>,
}

impl Section {
    /// What it is about most of all.
    pub fn topic(&self) -> Option<Topic> {
        self.topics.first().copied()
    }
}

/// Splits a document into its sections: they lie side by side and cover it.
pub fn split(document: &Document) -> Vec<Section> {
    let text = document.as_str();
    let mut heads: Vec<(usize, Heading)> = Vec::new();
    for (start, line) in lines(text) {
        for (offset, heading) in headings(line) {
            if heads.len() < SECTIONS {
                heads.push((start + offset, heading));
            }
        }
    }
    if heads.first().is_none_or(|(at, _)| *at > 0) {
        heads.insert(0, (0, Heading::default()));
    }
    let ends: Vec<usize> = heads
        .iter()
        .skip(1)
        .map(|(at, _)| *at)
        .chain([text.len()])
        .collect();
    let section = |((start, heading), end): ((usize, Heading), usize)| {
        let body = text.get(start..end).unwrap_or_default();
        let topics = classify(&heading, body);
        Section {
            number: heading.number,
            title: heading.title,
            topics,
            range: start..end,
        }
    };
    heads.into_iter().zip(ends).map(section).collect()
}

/// Lines with the byte at which they start.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

#[derive(Clone, Debug, Default)]
struct Heading {
    number: Option<u16>,
    title: String,
    special: bool,
}

/// The headings in a line: one at its beginning, and articles with a title in brackets anywhere, because pasted text runs together.
fn headings(line: &str) -> Vec<(usize, Heading)> {
    let mut found = Vec::new();
    if let Some(heading) = leading(line) {
        found.push((0, heading));
    }
    for (at, _) in line.match_indices('\u{C81C}').filter(|(at, _)| *at > 0) {
        let rest = line.get(at..).unwrap_or_default();
        if let Some((number, after)) = article(rest)
            && after.starts_with(['(', '[', '\u{3010}'])
        {
            let title = title(after);
            found.push((
                at,
                Heading {
                    number: Some(number),
                    title,
                    special: false,
                },
            ));
        }
    }
    found
}

fn leading(line: &str) -> Option<Heading> {
    let marks = |c: char| {
        c.is_whitespace() || matches!(c, '[' | '<' | '*' | '#' | '\u{3010}' | '\u{25A0}'..='\u{25FF}')
    };
    let bare = line.trim_start_matches(marks);
    if let Some((number, after)) = article(bare).or_else(|| english(bare))
        && (after.is_empty()
            || after.starts_with([
                '(', '[', '.', ':', ' ', ')', ']', '-', '\u{3010}', '\u{3011}', '>',
            ]))
    {
        let title = title(after);
        return Some(Heading {
            number: Some(number),
            title,
            special: false,
        });
    }
    let squeezed = Squeezed::new(bare);
    let special = words::group(&words::FORMS, "special")
        .filter_map(|word| squeezed.text().strip_prefix(word))
        .any(|rest| rest.is_empty() || rest.starts_with([']', ')', ':', '>', '.', '-', '\u{3011}', '(']));
    if special {
        return Some(Heading {
            number: None,
            title: title(bare),
            special: true,
        });
    }
    form(bare)
}

/// The Korean word for an article: its number, and what stands behind it.
fn article(text: &str) -> Option<(u16, &str)> {
    let rest = text.strip_prefix('\u{C81C}')?.trim_start_matches(' ');
    let (number, rest) = number(rest)?;
    Some((number, rest.trim_start_matches(' ').strip_prefix('\u{C870}')?))
}

fn english(text: &str) -> Option<(u16, &str)> {
    let word = words::group(&words::FORMS, "article").find(|word| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    })?;
    number(text.get(word.len()..)?.strip_prefix(' ')?)
}

fn number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text.get(..end)?.parse().ok()?;
    Some((number, text.get(end..)?))
}

/// A heading of a form: a number, a point and the words that name a topic, nothing else.
fn form(line: &str) -> Option<Heading> {
    let (_, rest) = number(line)?;
    let rest = rest.strip_prefix(['.', ')'])?;
    let squeezed = Squeezed::new(rest);
    let is_title = |row: &words::Row| {
        let titles = row.rest.split_once(": ").map(|(titles, _)| titles.split('|'));
        titles.is_some_and(|mut titles| titles.any(|word| squeezed.text() == word))
    };
    let known = words::rows(&words::TOPICS).iter().any(is_title);
    known.then(|| Heading {
        number: None,
        title: rest.trim().to_owned(),
        special: false,
    })
}

/// What stands in the brackets behind a number, or the first words.
fn title(after: &str) -> String {
    // The number may stand in brackets of its own.
    let after = after.trim_start_matches([' ', '.', ':', '-', ')', ']', '>', '\u{3011}']);
    let closing = match after.chars().next() {
        Some('(') => ')',
        Some('[') => ']',
        Some('\u{3010}') => '\u{3011}',
        _ => {
            let end = after.find(['.', ':', ']', '\u{3011}']).unwrap_or(after.len());
            return after.get(..end).unwrap_or_default().chars().take(TITLE).collect();
        }
    };
    let inner = after.chars().skip(1).take_while(|c| *c != closing);
    inner.take(TITLE).collect::<String>().trim().to_owned()
}

fn classify(heading: &Heading, body: &str) -> Vec<Topic> {
    let (title, body) = (Squeezed::new(&heading.title), Squeezed::new(body));
    let mut topics = Vec::new();
    if heading.special {
        topics.push(Topic::Special);
    }
    let row = |topic: Topic| {
        let row = words::rows(&words::TOPICS)
            .iter()
            .find(|row| row.name == topic.as_str())?;
        row.rest.split_once(": ")
    };
    let mut weak = Vec::new();
    for topic in Topic::ALL
        .iter()
        .copied()
        .filter(|topic| !heading.special || *topic != Topic::Special)
    {
        let Some((titles, texts)) = row(topic) else {
            continue;
        };
        if titles.split('|').any(|word| title.text().contains(word)) {
            topics.push(topic);
        } else if texts.split('|').any(|word| body.text().contains(word)) {
            weak.push(topic);
        }
    }
    topics.extend(weak);
    topics
}

/// The sentences of a part of a document: they lie in order and hold everything but white space.
pub fn sentences(document: &Document, part: Range<usize>) -> Vec<Range<usize>> {
    let text = document.as_str().get(part.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (at, c) in text.char_indices() {
        length += 1;
        let end = at + c.len_utf8();
        let rest = text.get(end..).unwrap_or_default();
        let so_far = text.get(start..end).unwrap_or_default();
        if length >= SENTENCE || ends_here(c, so_far, rest) {
            push(&mut found, text, start..end, part.start);
            (start, length) = (end, 0);
        }
    }
    push(&mut found, text, start..text.len(), part.start);
    found
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>, offset: usize) {
    let piece = text.get(range.clone()).unwrap_or_default();
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        let start = range.start + (piece.len() - piece.trim_start().len());
        found.push(offset + start..offset + start + trimmed.len());
    }
}

fn ends_here(c: char, so_far: &str, rest: &str) -> bool {
    match c {
        ';' => true,
        // A point behind a word ends a sentence; one behind a digit belongs to a date or a number.
        '.' => {
            let before = so_far
                .trim_end_matches('.')
                .chars()
                .next_back()
                .unwrap_or_default();
            rest.starts_with([' ', '\n'])
                && (before.is_alphabetic() || matches!(before, ')' | '"' | ']'))
                && !is_item(so_far.trim())
        }
        '\n' => {
            let line = rest.split('\n').next().unwrap_or_default();
            let whole = so_far.trim_end().ends_with(['.', ':']) && !is_item(so_far.trim());
            whole
                || line.is_empty()
                || begins_item(line)
                || is_field(line)
                || is_field(so_far)
                || article(line).is_some()
        }
        _ => false,
    }
}

/// `1.`, `a.` or a Korean letter with a point: the mark of an item, not a sentence.
fn is_item(text: &str) -> bool {
    text.chars().count() <= 3 && text.ends_with('.')
}

fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    // The number of a year is none of an item.
    ((1..=2).contains(&(line.len() - digits.len())) && digits.starts_with(['.', ')']))
        || line.starts_with(['-', '*', '\u{2022}', '\u{B7}', '('])
        || line.starts_with(|c| matches!(c, '\u{2460}'..='\u{2473}' | '\u{25A0}'..='\u{25FF}'))
        || line.chars().nth(1) == Some('.') && line.chars().next().is_some_and(char::is_alphabetic)
}

/// `name: value`, a line of a form.
fn is_field(line: &str) -> bool {
    let line = line.trim_start();
    line.chars().take(14).any(|c| c == ':')
}

#[cfg(test)]
mod tests;
