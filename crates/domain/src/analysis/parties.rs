//! Who is named in a contract, and as what.

use std::ops::Range;

use super::squeezed::Squeezed;
use super::words;

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Lets.
    Landlord,
    /// Rents.
    Tenant,
    /// Sells.
    Seller,
    /// Buys.
    Buyer,
    /// Stands in the register as the owner.
    Owner,
    /// Signs for another.
    Agent,
    /// Holds the account to which money goes.
    Account,
    /// Holds the property in trust.
    Trustee,
}

impl Part {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Landlord, "landlord"),
        (Self::Tenant, "tenant"),
        (Self::Seller, "seller"),
        (Self::Buyer, "buyer"),
        (Self::Owner, "owner"),
        (Self::Agent, "agent"),
        (Self::Account, "account"),
        (Self::Trustee, "trustee"),
    ];
}

/// Somebody who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// As what.
    pub part: Part,
    /// The name, without blanks in a Korean one.
    pub name: String,
    /// Where all of it stands: the word for the part and the name.
    pub range: Range<usize>,
}

/// Everybody who is named behind a word and a colon, such as `landlord: Kim`; a word for "name" may stand between. One for each line and part.
pub fn find(text: &str) -> Vec<Party> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut above = None;
    for line in text.split('\n') {
        for piece in pieces(line) {
            let start = at + piece.start;
            let piece = line.get(piece).unwrap_or_default();
            if let Some(mut party) = read(piece, above) {
                party.range = start + party.range.start..start + party.range.end;
                found.push(party);
            }
        }
        above = alone(line).or(above.filter(|_| !line.trim().is_empty()));
        at += line.len() + 1;
    }
    found
}

/// A line may name several, with signs between.
fn pieces(line: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut named) = (0, false);
    for (at, c) in line.char_indices() {
        named |= c == ':';
        // A bracket before the colon holds the side, one behind it ends the name.
        if matches!(c, ',' | '/' | ';' | '|' | '\u{318D}') || (c == '(' && named) {
            pieces.push(start..at);
            (start, named) = (at + c.len_utf8(), false);
        }
    }
    pieces.push(start..line.len());
    pieces
}

/// A line that is only the word for a part: the lines below tell of that one.
fn alone(line: &str) -> Option<Part> {
    let squeezed = Squeezed::new(line);
    let bare = squeezed
        .text()
        .trim_matches(|c: char| !c.is_alphabetic() && !matches!(c, '(' | ')'));
    part(bare).filter(|(_, rest)| is_side(rest)).map(|(part, _)| part)
}

/// The part that a squeezed text begins with, and what follows. Of two words the longer one.
fn part(squeezed: &str) -> Option<(Part, &str)> {
    let of = |(part, name): (Part, &str)| {
        words::group(&words::FORMS, name)
            .filter_map(|word| squeezed.strip_prefix(word).map(|rest| (part, rest)))
            .min_by_key(|(_, rest)| rest.len())
    };
    Part::ALL
        .into_iter()
        .filter_map(of)
        .min_by_key(|(_, rest)| rest.len())
}

/// Nothing, or a side in brackets.
fn is_side(rest: &str) -> bool {
    let bare = rest.trim_matches(|c: char| !c.is_alphabetic());
    bare.is_empty() || words::group(&words::FORMS, "side").any(|side| side == bare)
}

fn read(piece: &str, above: Option<Part>) -> Option<Party> {
    let (head, tail) = piece.split_once(':')?;
    let squeezed = Squeezed::new(head);
    let head_text = squeezed.text().trim_start_matches(|c: char| !c.is_alphabetic());
    let is_name = |text: &str| words::group(&words::FORMS, "name").any(|word| word == text);
    let part = match part(head_text) {
        Some((part, rest)) if is_side(rest) || is_name(rest.trim_matches(|c: char| !c.is_alphabetic())) => {
            part
        }
        Some(_) => return None,
        None if is_name(head_text) => above?,
        None => return None,
    };
    let name = name(tail)?;
    let end = piece.len() - tail.len() + tail.find(name.first).map_or(tail.len(), |at| at + name.width);
    let start = piece.len() - piece.trim_start().len();
    Some(Party {
        part,
        name: name.text,
        range: start..end,
    })
}

struct Name<'a> {
    text: String,
    first: &'a str,
    width: usize,
}

/// The name at the beginning of a text: Korean syllables, or Latin words.
fn name(tail: &str) -> Option<Name<'_>> {
    let trimmed = tail.trim_start();
    let end = trimmed
        .find(|c: char| !(c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\u{B7}' | '\'')))
        .unwrap_or(trimmed.len());
    let raw = trimmed.get(..end)?.trim_end();
    let first = raw.split(' ').next()?;
    if raw.starts_with(|c: char| matches!(c, '\u{AC00}'..='\u{D7A3}')) {
        let ends = |word: &str| words::group(&words::FORMS, "after_name").any(|end| word.starts_with(end));
        let mut taken: Vec<&str> = Vec::new();
        for word in raw.split(' ') {
            let single = word.chars().count() == 1;
            let more = taken.is_empty()
                || (single || taken.iter().all(|word| word.chars().count() == 1))
                || taken.len() == 1 && company(taken.first().copied());
            if (!taken.is_empty() && ends(word)) || !more {
                break;
            }
            taken.push(word);
        }
        let text = taken.concat();
        let width = taken
            .iter()
            .map(|word| word.len() + 1)
            .sum::<usize>()
            .saturating_sub(1);
        return ((2..=20).contains(&text.chars().count())).then_some(Name { text, first, width });
    }
    let fits = (2..=60).contains(&raw.len()) && raw.starts_with(char::is_alphabetic);
    fits.then(|| Name {
        text: raw.trim_end_matches(['.', '-']).to_owned(),
        first,
        width: raw.len(),
    })
}

/// A word that stands before the name of a company.
fn company(word: Option<&str>) -> bool {
    word.is_some_and(|word| word.starts_with('\u{C8FC}') && word.chars().count() == 4)
}

/// Whether two names are the same person's, blanks and case left out. An empty one is nobody's.
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (Squeezed::new(one), Squeezed::new(other));
    !one.text().is_empty() && one.text() == other.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn named(text: &str, expected: &[(Part, &str)]) {
        let found = find(text);
        let found: Vec<(Part, &str)> = found
            .iter()
            .map(|party| (party.part, party.name.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_forms_of_a_name() {
        named("임대인: 김철수 (서명)", &[(Part::Landlord, "김철수")]);
        named("임대인(갑): 김철수(인)", &[(Part::Landlord, "김철수")]);
        named("임대인 성명 : 김 철 수  인", &[(Part::Landlord, "김철수")]);
        named(
            "등기부상 소유자: 박영희, 예금주: 이민호",
            &[(Part::Owner, "박영희"), (Part::Account, "이민호")],
        );
        named(
            "Landlord: John A. Smith\nTenant: Kim Minji",
            &[(Part::Landlord, "John A. Smith"), (Part::Tenant, "Kim Minji")],
        );
        named(
            "[임차인]\n주소: 서울\n성명: 이지은 전화: 010",
            &[(Part::Tenant, "이지은")],
        );
        named(
            "매도인: 주식회사 한빛 (대표 김)",
            &[(Part::Seller, "주식회사한빛")],
        );
        named("1) 임대인 (성명) : 김철수", &[(Part::Landlord, "김철수")]);
        named(
            "임대인: 김철수 (예금주: 이민호)",
            &[(Part::Landlord, "김철수"), (Part::Account, "이민호")],
        );
        named(
            "임대인: 김철수 / 임차인: 이지은",
            &[(Part::Landlord, "김철수"), (Part::Tenant, "이지은")],
        );
    }

    #[test]
    fn a_name_ends_where_something_else_begins() {
        for (written, name) in [
            ("김 철수 서울", "김철수"),
            ("남궁 민", "남궁민"),
            ("제갈공명 서울", "제갈공명"),
            ("주지훈 서울", "주지훈"),
            ("주식회사 한빛 대표이사", "주식회사한빛"),
            ("김철수 전화 010", "김철수"),
            // It begins like a word that ends names.
            ("인순이 인", "인순이"),
            ("Smith & Co.", "Smith"),
            ("Kim Min-ji.", "Kim Min-ji"),
            ("Jo", "Jo"),
        ] {
            named(&format!("임차인: {written}"), &[(Part::Tenant, name)]);
        }
        for nobody in [
            "김",
            "가".repeat(21).as_str(),
            "X",
            "x".repeat(61).as_str(),
            "- abc",
            "3억원",
            "",
        ] {
            named(&format!("임차인: {nobody}"), &[]);
        }
    }

    #[test]
    fn a_heading_tells_of_whom_the_lines_below_speak() {
        for heading in ["임차인", "[임차인]", "■ 임차인 (을)", "2. 임차인(\"을\")"] {
            named(
                &format!("{heading}\n주소: 서울\n성명: 이지은"),
                &[(Part::Tenant, "이지은")],
            );
        }
        named("[임차인]\n\n성명: 이지은", &[]);
        named("성명: 이지은", &[]);
    }

    /// That is what a finding quotes.
    #[test]
    fn the_word_and_the_name_are_the_place() {
        for (text, expected) in [
            (
                "계약서\n임대인 성명 : 김 철 수 인",
                &["임대인 성명 : 김 철 수"][..],
            ),
            (
                "등기부상 소유자: 박영희, 예금주: 이민호 010",
                &["등기부상 소유자: 박영희", "예금주: 이민호"],
            ),
            (
                "Landlord: John A. Smith\nTenant: Kim Minji (b. 1990)",
                &["Landlord: John A. Smith", "Tenant: Kim Minji"],
            ),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|party| &text[party.range]).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn blanks_and_case_make_nobody_another_person() {
        assert!(is_same("김 철수", "김철수") && is_same("John Smith", "JOHN  SMITH"));
        assert!(!is_same("김철수", "김철호") && !is_same(" ", ""));
    }

    #[test]
    fn a_sentence_names_nobody() {
        named("임대인은 다음과 같이: 인도한다", &[]);
        named("임차인의 의무: 차임을 낸다", &[]);
        named("보증금: 3억원", &[]);
    }

    proptest! {
        #[test]
        fn nonsense_breaks_nothing(text in "(임대인|임차인|성명|예금주|owner|:|,|\\(|갑|김철수| |\n|\\.){0,30}|\\PC{0,60}") {
            for party in find(&text) {
                prop_assert!(text.get(party.range.clone()).is_some());
                prop_assert!(!party.name.is_empty());
            }
        }
    }
}
