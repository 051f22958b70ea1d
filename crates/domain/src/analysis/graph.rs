//! Stage 4 (PROG-1): amounts, days and names, tied to the sentences that they stand in and compared with each other and with what the
//! person noted.

mod check;

use std::cmp::Reverse;
use std::ops::Range;

use super::dates;
use super::ingestion::Document;
use super::money;
use super::parties::{self, Party};
use super::squeezed::Squeezed;
use super::taxonomy::{self, Section};
use super::words;
use crate::clock::Date;
use crate::contract::Role;
use crate::signal::Terms;

pub use check::check;

/// What an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sum {
    /// What the tenant gives and gets back.
    Deposit,
    /// What the property costs.
    Price,
    /// What is paid at signing.
    DownPayment,
    /// What is paid between.
    Interim,
    /// What is paid at the end.
    Balance,
    /// What is paid every month.
    Rent,
    /// What the owner owes others.
    Debt,
    /// What the property is worth.
    Market,
    /// What a breach costs.
    Penalty,
    /// What somebody is paid for a service.
    Fee,
}

const SUMS: [(Sum, &str); 10] = [
    (Sum::Deposit, "deposit"),
    (Sum::Price, "price"),
    (Sum::DownPayment, "down_payment"),
    (Sum::Interim, "interim"),
    (Sum::Balance, "balance"),
    (Sum::Rent, "rent"),
    (Sum::Debt, "debt"),
    (Sum::Market, "market"),
    (Sum::Penalty, "penalty"),
    (Sum::Fee, "fee"),
];

/// What a day is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The contract is signed.
    Signed,
    /// The interim payment is due.
    Interim,
    /// The last payment is due.
    Balance,
    /// The property changes hands.
    Handover,
    /// A lease begins.
    From,
    /// A lease ends.
    Until,
}

const DAYS: [(When, &str); 4] = [
    (When::Signed, "signed"),
    (When::Interim, "interim_day"),
    (When::Balance, "balance_day"),
    (When::Handover, "handover_day"),
];

/// Something that is tied to a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tied<What, Value> {
    /// What it is; `None` if nothing says it.
    pub what: Option<What>,
    /// The amount in won, or the day.
    pub value: Value,
    /// Where it stands.
    pub range: Range<usize>,
    /// The sentence around it.
    pub sentence: Range<usize>,
    /// The number of the article.
    pub article: Option<u16>,
}

/// What the text ties together.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Every amount, in order.
    pub sums: Vec<Tied<Sum, i64>>,
    /// Every day, in order.
    pub days: Vec<Tied<When, Date>>,
    /// Everybody who is named, in order.
    pub parties: Vec<Party>,
}

/// What the person noted about the contract (CON-1).
#[derive(Clone, Debug)]
pub struct Stated<'a> {
    /// The person's side.
    pub role: Role,
    /// Kind and amounts.
    pub terms: Terms,
    /// Day of signing.
    pub contract_date: Date,
    /// Day of the last payment.
    pub balance_date: Date,
    /// Day of moving in.
    pub move_in_date: Option<Date>,
    /// The other side.
    pub counterparty_name: Option<&'a str>,
}

/// Ties a document together.
pub fn tie(document: &Document, sections: &[Section]) -> Graph {
    let text = document.as_str();
    let mut graph = Graph {
        parties: parties::find(text),
        ..Graph::default()
    };
    for section in sections {
        for sentence in taxonomy::sentences(document, section.range.clone()) {
            tie_sentence(&mut graph, text, sentence, section.number);
        }
    }
    graph
}

fn tie_sentence(graph: &mut Graph, text: &str, sentence: Range<usize>, article: Option<u16>) {
    let words = text.get(sentence.clone()).unwrap_or_default();
    let mut last = 0;
    let mut earlier = None;
    for amount in money::find(words) {
        // What stands between the last amount and this one says what it is; if nothing does, it is the last one once more.
        let before = Squeezed::new(words.get(last..amount.range.start).unwrap_or_default());
        let what = sum(before.text()).or_else(|| again(before.text(), earlier));
        (last, earlier) = (amount.range.end, what);
        graph.sums.push(Tied {
            what,
            value: amount.won,
            range: sentence.start + amount.range.start..sentence.start + amount.range.end,
            sentence: sentence.clone(),
            article,
        });
    }
    let mut last = 0;
    for day in dates::find(words) {
        let before = Squeezed::new(words.get(last..day.range.start).unwrap_or_default());
        let after = Squeezed::new(words.get(day.range.end..).unwrap_or_default());
        last = day.range.end;
        graph.days.push(Tied {
            what: when(before.text(), after.text()),
            value: day.date,
            range: sentence.start + day.range.start..sentence.start + day.range.end,
            sentence: sentence.clone(),
            article,
        });
    }
}

/// The nearest name of an amount before it.
fn sum(before: &str) -> Option<Sum> {
    let end = |(sum, name): (Sum, &str)| {
        words::last_of(before, words::group(&words::FORMS, name))
            .map(|(start, end)| (end, Reverse(start), sum))
    };
    SUMS.into_iter().filter_map(end).max().map(|(_, _, sum)| sum)
}

/// An amount right behind another, as in brackets, is the same one in digits.
fn again(between: &str, earlier: Option<Sum>) -> Option<Sum> {
    let bare = between.chars().all(|c| !c.is_alphanumeric() || c == '\u{C815}');
    earlier.filter(|_| bare)
}

/// What a day is for: the nearest name before it, or one behind it in the same sentence.
fn when(before: &str, after: &str) -> Option<When> {
    let starts = |name: &str| {
        words::group(&words::FORMS, name).any(|word| !word.is_ascii() && after.starts_with(word))
    };
    let ends =
        |name: &str| words::group(&words::FORMS, name).any(|word| word.is_ascii() && before.ends_with(word));
    if starts("from") || ends("from") {
        return Some(When::From);
    }
    let nearest = |(when, name): (When, &str)| {
        words::last_of(before, words::group(&words::FORMS, name)).map(|(_, end)| (end, when))
    };
    if let Some((_, when)) = DAYS.into_iter().filter_map(nearest).max() {
        return Some(when);
    }
    let next = |(when, name): (When, &str)| {
        words::group(&words::FORMS, name)
            .filter_map(|word| after.find(word))
            .min()
            .map(|start| (start, when))
    };
    let named = DAYS.into_iter().filter_map(next).min().map(|(_, when)| when);
    named.or_else(|| (starts("until") || ends("until")).then_some(When::Until))
}

impl Graph {
    /// The amounts of one kind, in order.
    pub fn sums_of(&self, what: Sum) -> impl Iterator<Item = &Tied<Sum, i64>> {
        self.sums.iter().filter(move |sum| sum.what == Some(what))
    }

    /// The days of one kind, in order.
    pub fn days_of(&self, what: When) -> impl Iterator<Item = &Tied<When, Date>> {
        self.days.iter().filter(move |day| day.what == Some(what))
    }
}

#[cfg(test)]
mod tests;
