//! What the graph says about a contract: amounts, days and names that do not fit.

use super::{Graph, Stated, Sum, Tied, When};
use crate::analysis::concern::{Concern, Kind};
use crate::analysis::ingestion::Document;
use crate::analysis::parties::{Part, Party, is_same};
use crate::contract::Role;
use crate::signal::Terms;

/// Quotes are cut to this many characters.
const QUOTE: usize = 200;

/// Compares a document with itself and with what was noted.
pub fn check(document: &Document, graph: &Graph, stated: &Stated<'_>) -> Vec<Concern> {
    let text = document.as_str();
    let mut found = Vec::new();
    amounts(text, graph, stated, &mut found);
    found.extend(words_and_digits(text, graph));
    found.extend(parts(text, graph, stated));
    days(text, graph, stated, &mut found);
    found.extend(order(text, graph));
    found.extend(names(text, graph, stated));
    found
}

/// The words of a sentence, not too many of them.
fn quote<What, Value>(text: &str, tied: &Tied<What, Value>) -> String {
    let sentence = text.get(tied.sentence.clone()).unwrap_or_default();
    if sentence.chars().count() <= QUOTE {
        return sentence.to_owned();
    }
    // Around the value, from the beginning of its line if that is near.
    let before = text
        .get(tied.sentence.start..tied.range.start)
        .unwrap_or_default();
    let lead: String = before.chars().rev().take(QUOTE / 2).collect();
    let lead: String = lead.chars().rev().collect();
    let from = tied.range.start - lead.len();
    let rest = text.get(from..tied.sentence.end).unwrap_or_default();
    rest.chars().take(QUOTE).collect::<String>().trim().to_owned()
}

fn amounts(text: &str, graph: &Graph, stated: &Stated<'_>, found: &mut Vec<Concern>) {
    let noted = match stated.terms {
        Terms::Sale { asking_price } => vec![(Sum::Price, asking_price, Kind::PriceDiffers)],
        Terms::Jeonse { deposit } => vec![(Sum::Deposit, deposit, Kind::DepositDiffers)],
        Terms::MonthlyRent {
            deposit,
            monthly_rent,
        } => vec![
            (Sum::Deposit, deposit, Kind::DepositDiffers),
            (Sum::Rent, monthly_rent, Kind::RentDiffers),
        ],
    };
    for (sum, noted, kind) in noted {
        let mut all = graph.sums_of(sum).peekable();
        let Some(first) = all.peek().copied() else {
            continue;
        };
        if all.all(|tied| tied.value != noted.amount()) {
            let concern = Concern::new(kind, quote(text, first)).at(first.article);
            found.push(concern.with(first.value).with(noted.amount()));
        }
    }
}

/// `three hundred million (300,000,000)`: an amount and, right behind it in brackets, the same one.
fn words_and_digits(text: &str, graph: &Graph) -> Option<Concern> {
    let mut pairs = graph.sums.iter().zip(graph.sums.iter().skip(1));
    let (one, other) =
        pairs.find(|(one, other)| is_in_brackets(text, one, other) && one.value != other.value)?;
    let concern = Concern::new(Kind::WordsAndDigitsDiffer, quote(text, one)).at(one.article);
    Some(concern.with(one.value).with(other.value))
}

/// Whether nothing but a bracket stands between two amounts of a sentence.
fn is_in_brackets(text: &str, one: &Tied<Sum, i64>, other: &Tied<Sum, i64>) -> bool {
    let between = text.get(one.range.end..other.range.start).unwrap_or("x");
    let bracket = between.contains(['(', '\u{20A9}']);
    let bare = between.chars().all(|c| {
        matches!(
            c,
            '(' | ' ' | '\u{20A9}' | '\u{C815}' | ')' | '\u{AE08}' | '/' | '-' | '\\'
        )
    });
    one.sentence == other.sentence && bracket && bare
}

/// The payments must be the whole.
fn parts(text: &str, graph: &Graph, stated: &Stated<'_>) -> Option<Concern> {
    let whole = match stated.terms {
        Terms::Sale { .. } => Sum::Price,
        Terms::Jeonse { .. } | Terms::MonthlyRent { .. } => Sum::Deposit,
    };
    let whole = graph.sums_of(whole).next()?.value;
    let down = graph.sums_of(Sum::DownPayment).next()?;
    let balance = graph.sums_of(Sum::Balance).next()?;
    let parts = down.value + balance.value;
    let interim = interim(text, graph);
    // Two of the same size are two payments, or one that is named twice.
    let mut different = interim.clone();
    different.sort_unstable();
    different.dedup();
    let total = |amounts: &[i64]| amounts.iter().copied().fold(parts, i64::saturating_add);
    let fits = [&[][..], &interim, &different]
        .into_iter()
        .chain(interim.chunks(1))
        .any(|amounts| total(amounts) == whole);
    // A part above the whole is another amount under the same name.
    (!fits && down.value < whole && balance.value < whole).then(|| {
        let concern = Concern::new(Kind::PartsDoNotAdd, quote(text, balance)).at(balance.article);
        concern.with(total(&interim)).with(whole)
    })
}

/// The payments between, each of them once: in brackets stands the same one in digits.
fn interim(text: &str, graph: &Graph) -> Vec<i64> {
    let mut payments = Vec::new();
    let mut last = None;
    for tied in graph.sums_of(Sum::Interim) {
        if !last.is_some_and(|last| is_in_brackets(text, last, tied)) {
            payments.push(tied.value);
        }
        last = Some(tied);
    }
    payments
}

fn days(text: &str, graph: &Graph, stated: &Stated<'_>, found: &mut Vec<Concern>) {
    let noted = [
        (
            When::Signed,
            Some(stated.contract_date),
            Kind::ContractDateDiffers,
        ),
        (When::Balance, Some(stated.balance_date), Kind::BalanceDateDiffers),
        (When::Handover, stated.move_in_date, Kind::MoveInDateDiffers),
    ];
    for (when, noted, kind) in noted {
        let mut all = graph.days_of(when).peekable();
        let (Some(first), Some(noted)) = (all.peek().copied(), noted) else {
            continue;
        };
        if all.all(|tied| tied.value != noted) {
            let concern = Concern::new(kind, quote(text, first)).at(first.article);
            found.push(concern.with(first.value).with(noted));
        }
    }
}

/// Signing, interim, balance; and the beginning of a lease before its end.
fn order(text: &str, graph: &Graph) -> Option<Concern> {
    let first = |when: When| graph.days_of(when).next();
    let pairs = [
        (When::Signed, When::Interim),
        (When::Signed, When::Balance),
        (When::Interim, When::Balance),
        (When::Signed, When::Handover),
        (When::From, When::Until),
        (When::Handover, When::Until),
    ];
    let wrong = |(earlier, later): (When, When)| {
        let (earlier, later) = (first(earlier)?, first(later)?);
        (later.value < earlier.value).then_some((earlier, later))
    };
    let (earlier, later) = pairs.into_iter().find_map(wrong)?;
    let concern = Concern::new(Kind::DatesOutOfOrder, quote(text, later)).at(later.article);
    Some(concern.with(later.value).with(earlier.value))
}

fn names(text: &str, graph: &Graph, stated: &Stated<'_>) -> Vec<Concern> {
    let named = |part: Part| graph.parties.iter().find(|party| party.part == part);
    let other = match stated.role {
        Role::Seller => Part::Buyer,
        Role::Buyer => Part::Seller,
        Role::Landlord => Part::Tenant,
        Role::Tenant => Part::Landlord,
    };
    let giver = named(Part::Landlord).or_else(|| named(Part::Seller));
    let mut found = Vec::new();
    if let (Some(party), Some(noted)) = (named(other), stated.counterparty_name)
        && !is_same(&party.name, noted)
    {
        let concern = Concern::new(Kind::CounterpartyDiffers, quoted(text, party));
        found.push(concern.with(&party.name).with(noted));
    }
    let trusted =
        |party: &Party| named(Part::Trustee).is_some_and(|trustee| is_same(&trustee.name, &party.name));
    let against = |part: Part, other: Option<&Party>, kind: Kind| {
        let (party, other) = (named(part)?, other?);
        (!is_same(&party.name, &other.name) && !trusted(party)).then(|| {
            Concern::new(kind, quoted(text, party))
                .with(&party.name)
                .with(&other.name)
        })
    };
    found.extend(against(Part::Owner, giver, Kind::OwnerDiffers));
    // Money belongs to the owner, also where somebody else signs.
    found.extend(against(
        Part::Account,
        named(Part::Owner).or(giver),
        Kind::AccountOfAnother,
    ));
    found
}

fn quoted(text: &str, party: &Party) -> String {
    text.get(party.range.clone()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-4: a quote stands in the document, letter for letter, and shows what it is about.
    #[test]
    fn of_a_long_sentence_what_stands_around_the_value_is_quoted() {
        let (before, value, after) = ("\u{ac00} ".repeat(150), "850,000,000", " \u{b098}".repeat(150));
        let text = format!("{before}{value}{after}");
        let tied = |length: usize| Tied::<Sum, i64> {
            what: None,
            value: 850_000_000,
            range: before.len()..before.len() + value.len(),
            sentence: before.len() - length..text.len(),
            article: None,
        };
        for length in [before.len(), 8, 0] {
            let quoted = quote(&text, &tied(length));
            // Two characters are four bytes here. At most half of the quote stands before the value, and a blank at its beginning goes.
            let lead = quoted.split(value).next().unwrap().chars().count();
            let most = (length / 2).min(QUOTE / 2);
            assert!(
                quoted.contains(value) && (most.saturating_sub(1)..=most).contains(&lead),
                "{lead} {quoted}"
            );
            assert!((QUOTE - 1..=QUOTE).contains(&quoted.chars().count()), "{quoted}");
            assert!(text.contains(&quoted) && quoted == quoted.trim(), "{quoted:?}");
        }
        let short = Tied::<Sum, i64> {
            sentence: before.len()..before.len() + value.len(),
            ..tied(0)
        };
        assert_eq!(quote(&text, &short), value);
    }
}
