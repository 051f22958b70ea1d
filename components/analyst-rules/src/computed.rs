//! Rules that compute: shares of the price and of the deposit.

use domain::analysis::graph::{Graph, Sum, Tied};
use domain::analysis::{Concern, Kind, Severity};

use crate::rules::{Asked, Sentence, concern};

const WORDS: &str = include_str!("patterns/words.txt");

/// A penalty above this share of the whole is unusual: a tenth is what contracts and courts take for granted.
const PENALTY: i64 = 10;
/// Interest on what is late, in percent a year: the law allows 20 (Interest Limitation Act), 12 is what courts add.
const INTEREST: i64 = 15;
/// A rent may rise by this many percent at a time (Housing Lease Protection Act, article 7).
const RISE: i64 = 5;
/// Above this share of the price debts and deposit together are seldom paid at an auction.
const COVERED: i64 = 80;
/// Above this share a deposit is worth a warning.
const HIGH_DEPOSIT: i64 = 70;

fn words(name: &str) -> impl Iterator<Item = &'static str> {
    let row = WORDS
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    row.into_iter().flat_map(|row| row.split('|'))
}

fn says(text: &str, name: &str) -> bool {
    words(name).any(|word| text.contains(word))
}

/// Adds what the numbers say.
pub(crate) fn find(
    asked: &Asked<'_>,
    graph: &Graph,
    sentences: &[Sentence<'_>],
    cleared: bool,
    found: &mut Vec<Concern>,
) {
    if !matches!(asked.side.role, "tenant" | "buyer") {
        return;
    }
    for sentence in sentences {
        let largest = percentages(sentence.squeezed.text())
            .into_iter()
            .max_by_key(|share| share.percent);
        if let Some(share) = largest
            && let Some(kind) = too_much(asked, sentence.squeezed.text(), share)
        {
            found.push(concern(kind, sentence, sentence.text).with(format!("{}%", share.percent)));
        }
    }
    let Some(whole) = whole(asked, graph) else { return };
    let about = |tied: &Tied<Sum, i64>| {
        let holds = |sentence: &&Sentence<'_>| {
            let text = asked
                .document
                .as_str()
                .get(tied.sentence.clone())
                .unwrap_or_default();
            sentence.text == text
        };
        sentences.iter().find(holds)
    };
    for tied in graph.sums_of(Sum::Penalty) {
        if let Some(sentence) = about(tied).filter(|_| tied.value > whole / PENALTY) {
            found.push(concern(Kind::PenaltyTooHigh, sentence, sentence.text).with(tied.value));
        }
    }
    let own = |tied: &&Tied<Sum, i64>| {
        about(tied).is_some_and(|sentence| !says(sentence.squeezed.text(), "own_loan"))
    };
    let debt = graph.sums_of(Sum::Debt).filter(own).max_by_key(|tied| tied.value);
    let market = graph.sums_of(Sum::Market).next();
    if asked.side.kind == "sale" {
        if let Some((debt, sentence)) = debt
            .and_then(|debt| Some((debt, about(debt)?)))
            .filter(|(debt, _)| debt.value > whole)
        {
            let high = concern(Kind::DebtsAboveValue, sentence, sentence.text);
            found.push(high.with(debt.value).with(whole));
        }
        return;
    }
    if let Some((debt, sentence)) = debt
        .and_then(|debt| Some((debt, about(debt)?)))
        .filter(|_| !cleared)
    {
        let severity = match market {
            Some(market) if over(debt.value.saturating_add(whole), COVERED, market.value) => {
                Some(Severity::Critical)
            }
            Some(_) => None,
            None => (debt.value >= whole).then_some(Severity::High),
        };
        if let Some(severity) = severity {
            let high = concern(Kind::DebtsAboveValue, sentence, sentence.text).grave(severity);
            found.push(
                high.with(debt.value)
                    .with(market.map_or(whole, |market| market.value)),
            );
        }
    }
    if let Some((market, sentence)) = market.and_then(|market| Some((market, about(market)?)))
        && over(whole, HIGH_DEPOSIT, market.value)
    {
        let severity = if over(whole, COVERED, market.value) {
            Severity::High
        } else {
            Severity::Medium
        };
        let near = concern(Kind::DepositNearPrice, sentence, sentence.text).grave(severity);
        found.push(near.with(whole).with(market.value));
    }
}

/// What the contract is about: the price or the deposit, as noted or else as it stands there.
fn whole(asked: &Asked<'_>, graph: &Graph) -> Option<i64> {
    let (noted, sum) = if asked.side.kind == "sale" {
        (asked.price, Sum::Price)
    } else {
        (asked.deposit, Sum::Deposit)
    };
    noted.or_else(|| graph.sums_of(sum).next().map(|tied| tied.value))
}

/// Whether `part` is at least so many percent of `all`.
fn over(part: i64, percent: i64, all: i64) -> bool {
    i128::from(part) * 100 >= i128::from(percent) * i128::from(all)
}

/// A number of percent in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    /// Whole percents, rounded up.
    percent: i64,
    monthly: bool,
}

fn too_much(asked: &Asked<'_>, text: &str, share: Share) -> Option<Kind> {
    if says(text, "commission") {
        return None;
    }
    let yearly = if share.monthly {
        share.percent * 12
    } else {
        share.percent
    };
    if says(text, "late") {
        return (yearly > INTEREST).then_some(Kind::PenaltyTooHigh);
    }
    if says(text, "penalty") {
        return (share.percent > PENALTY).then_some(Kind::PenaltyTooHigh);
    }
    let rises = asked.side.kind == "lease" && says(text, "rise") && says(text, "rent");
    (rises && share.percent > RISE).then_some(Kind::RentRaisedFreely)
}

/// Every share in a squeezed sentence: `20%`, with the Korean words for percent, and `20/100` in Korean.
fn percentages(text: &str) -> Vec<Share> {
    let mut found = Vec::new();
    for word in words("percent") {
        for (at, _) in text.match_indices(word) {
            let head = text.get(..at).unwrap_or_default();
            let digits = head.len()
                - head
                    .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
                    .len();
            let (before, number) = head.split_at(head.len() - digits);
            found.extend(share(before, number));
        }
    }
    for word in words("of_hundred") {
        for (at, _) in text.match_indices(word) {
            let tail = text.get(at + word.len()..).unwrap_or_default();
            let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
            found.extend(share(
                text.get(..at).unwrap_or_default(),
                tail.get(..end).unwrap_or_default(),
            ));
        }
    }
    found
}

fn share(before: &str, number: &str) -> Option<Share> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 1_000)?;
    let up = i64::from(part.bytes().any(|digit| digit != b'0'));
    Some(Share {
        percent: whole + up,
        monthly: words("monthly").any(|word| before.ends_with(word)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_are_read() {
        let share = |percent, monthly| Share { percent, monthly };
        assert_eq!(percentages("위약금은매매대금의20%로한다"), [share(20, false)]);
        assert_eq!(percentages("월2.5퍼센트의지연이자"), [share(3, true)]);
        assert_eq!(percentages("보증금의100분의30"), [share(30, false)]);
        assert_eq!(percentages("%퍼센트 9999999%"), []);
    }

    proptest! {
        #[test]
        fn a_share_is_over_if_and_only_if_it_is(part in 0_i64..1_000_000_000_000, all in 1_i64..1_000_000_000_000, percent in 1_i64..100) {
            prop_assert_eq!(over(part, percent, all), part as f64 / all as f64 * 100.0 >= percent as f64 - 1e-9);
        }

        #[test]
        fn nonsense_breaks_nothing(text in "([0-9.]|%|퍼센트|100분의|월){0,30}") {
            for share in percentages(&text) {
                prop_assert!((0..=1_001).contains(&share.percent));
            }
        }
    }
}
