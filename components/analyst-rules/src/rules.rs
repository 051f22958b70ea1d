//! Applies the rules of the pattern files, and those that compute, to a document.

use domain::analysis::graph::{self, Graph, When};
use domain::analysis::squeezed::Squeezed;
use domain::analysis::taxonomy::{self, Section};
use domain::analysis::{Concern, Document, Kind, Topic};

use crate::computed;
use crate::pattern::{self, Rule, Side};

/// What is risky when it stands there.
pub(crate) const RISKS: &str = include_str!("patterns/risks.txt");
/// What is risky when it does not.
pub(crate) const MISSING: &str = include_str!("patterns/missing.txt");

/// Quotes are cut to this many characters.
const QUOTE: usize = 300;
/// A rule that speaks more often says nothing new.
const REPEATS: usize = 3;
/// The words of a pattern are shown up to this many characters.
const SHOWN: usize = 60;

/// A contract that is to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its text.
    pub document: &'a Document,
    /// The kind of contract, and on which side the person stands.
    pub side: Side<'a>,
    /// The price that was noted, in won.
    pub price: Option<i64>,
    /// The deposit that was noted, in won.
    pub deposit: Option<i64>,
}

/// A sentence, as the rules see it.
pub(crate) struct Sentence<'a> {
    /// As it stands in the document.
    pub text: &'a str,
    /// Without white space.
    pub squeezed: Squeezed,
    /// The number of its article.
    pub article: Option<u16>,
}

/// Everything that the rules find, in the order of the document, and what is missing behind it. A long document takes a while, so `pause` lets
/// others work in between: after each rule, and whenever the whole text was gone through.
pub async fn find(asked: &Asked<'_>, pause: impl AsyncFn()) -> Vec<Concern> {
    let sections = taxonomy::split(asked.document);
    pause().await;
    let graph = graph::tie(asked.document, &sections);
    pause().await;
    let sentences = sentences(asked.document, &sections);
    let risks: Vec<Rule> = pattern::read(RISKS)
        .into_iter()
        .filter(|rule| rule.is_for(asked.side))
        .collect();
    let mut found: Vec<Concern> = Vec::new();
    for rule in &risks {
        pause().await;
        if rule.is_answered(sentences.iter().map(|sentence| sentence.squeezed.text())) {
            continue;
        }
        let hits = sentences.iter().filter_map(|sentence| hit(rule, sentence));
        found.extend(hits.take(REPEATS));
    }
    let cleared = risks
        .iter()
        .filter(|rule| rule.kind == Kind::DebtsRemain)
        .any(|rule| rule.is_answered(sentences.iter().map(|sentence| sentence.squeezed.text())));
    pause().await;
    computed::find(asked, &graph, &sentences, cleared, &mut found);
    tidy(&mut found);
    pause().await;
    found.extend(missing(asked.side, &sections, &graph, &sentences));
    found
}

fn sentences<'a>(document: &'a Document, sections: &[Section]) -> Vec<Sentence<'a>> {
    let of_section = |section: &Section| {
        let article = section.number;
        taxonomy::sentences(document, section.range.clone())
            .into_iter()
            .filter_map(move |range| {
                let text = document.as_str().get(range)?;
                Some(Sentence {
                    text,
                    squeezed: Squeezed::new(text),
                    article,
                })
            })
            .collect::<Vec<_>>()
    };
    sections.iter().flat_map(of_section).collect()
}

fn hit(rule: &Rule, sentence: &Sentence<'_>) -> Option<Concern> {
    let (start, end) = rule.find(sentence.squeezed.text())?;
    let words = sentence.squeezed.origin(start..end, sentence.text)?;
    let words = sentence.text.get(words)?;
    let shown: String = words.replace('\n', " ").chars().take(SHOWN).collect();
    Some(concern(rule.kind, sentence, words).with(shown))
}

/// A concern about a sentence; of a long one only these words are quoted.
pub(crate) fn concern(kind: Kind, sentence: &Sentence<'_>, words: &str) -> Concern {
    let whole = sentence.text.chars().count() <= QUOTE;
    let quote: String = if whole { sentence.text } else { words }
        .chars()
        .take(QUOTE)
        .collect();
    Concern::new(kind, quote.trim()).at(sentence.article)
}

/// One rule speaks once about a sentence, and debts that are too high are not also debts that remain.
fn tidy(found: &mut Vec<Concern>) {
    if found.iter().any(|concern| concern.kind == Kind::DebtsAboveValue) {
        found.retain(|concern| concern.kind != Kind::DebtsRemain);
    }
    let mut seen: Vec<(Kind, String)> = Vec::new();
    found.retain(|concern| {
        let key = (concern.kind, concern.quote.clone());
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
}

fn missing(side: Side<'_>, sections: &[Section], graph: &Graph, sentences: &[Sentence<'_>]) -> Vec<Concern> {
    let said = |rule: &Rule| {
        let handed_over = rule.kind == Kind::NoHandoverDate
            && (graph.days_of(When::Handover).next().is_some() || graph.days_of(When::From).next().is_some());
        handed_over
            || sentences
                .iter()
                .any(|sentence| rule.find(sentence.squeezed.text()).is_some())
    };
    let rules = pattern::read(MISSING);
    let mut found: Vec<Concern> = rules
        .iter()
        .filter(|rule| rule.is_for(side) && !said(rule))
        .map(|rule| Concern::new(rule.kind, ""))
        .collect();
    if !sections
        .iter()
        .any(|section| section.topics.contains(&Topic::Special))
    {
        found.push(Concern::new(Kind::NoSpecialTerms, ""));
    }
    found
}
