use super::*;
use crate::analysis::concern::Kind;
use crate::analysis::ingestion::normalise;
use crate::money::Won;
use proptest::prelude::*;

const LEASE: &str = "주택임대차계약서\n임대인: 김철수\n임차인: 이지은\n제1조(보증금) 보증금은 금 삼억원정(₩300,000,000)으로 한다.\n\
    계약금: 금 3천만원은 계약 시에 지급한다.\n잔금: 금 2억7천만원은 2026년 3월 2일에 지급한다.\n\
    제2조(존속기간) 임대인은 2026년 3월 2일까지 인도하고, 기간은 2026년 3월 2일부터 2028년 3월 1일까지로 한다.\n계약일: 2026년 1월 10일";

fn stated() -> Stated<'static> {
    Stated {
        role: Role::Tenant,
        terms: Terms::Jeonse {
            deposit: Won::parse(300_000_000).unwrap(),
        },
        contract_date: Date::parse("2026-01-10").unwrap(),
        balance_date: Date::parse("2026-03-02").unwrap(),
        move_in_date: Some(Date::parse("2026-03-02").unwrap()),
        counterparty_name: Some("김 철수"),
    }
}

fn found(raw: &str, stated: &Stated<'_>) -> Vec<Kind> {
    let document = normalise(raw);
    let graph = tie(&document, &taxonomy::split(&document));
    check(&document, &graph, stated)
        .into_iter()
        .map(|concern| concern.kind)
        .collect()
}

#[test]
fn amounts_days_and_names_are_tied() {
    let document = normalise(LEASE);
    let graph = tie(&document, &taxonomy::split(&document));
    let sums: Vec<_> = graph.sums.iter().map(|tied| (tied.what, tied.value)).collect();
    assert_eq!(
        sums,
        [
            (Some(Sum::Deposit), 300_000_000),
            (Some(Sum::Deposit), 300_000_000),
            (Some(Sum::DownPayment), 30_000_000),
            (Some(Sum::Balance), 270_000_000),
        ]
    );
    assert_eq!(graph.sums[0].article, Some(1));
    let at = |range: &Range<usize>| &document.as_str()[range.clone()];
    let written: Vec<&str> = graph.sums.iter().map(|tied| at(&tied.range)).collect();
    assert_eq!(written, ["삼억원", "300,000,000", "3천만원", "2억7천만원"]);
    let days: Vec<_> = graph
        .days
        .iter()
        .map(|tied| (tied.what, tied.value.to_string()))
        .collect();
    let day = |when: When, text: &str| (Some(when), text.to_owned());
    assert_eq!(
        days,
        [
            day(When::Balance, "2026-03-02"),
            day(When::Handover, "2026-03-02"),
            day(When::From, "2026-03-02"),
            day(When::Until, "2028-03-01"),
            day(When::Signed, "2026-01-10"),
        ]
    );
    let written: Vec<&str> = graph.days.iter().map(|tied| at(&tied.range)).collect();
    assert_eq!(
        written,
        [
            "2026년 3월 2일",
            "2026년 3월 2일",
            "2026년 3월 2일",
            "2028년 3월 1일",
            "2026년 1월 10일"
        ]
    );
    let names: Vec<&str> = graph.parties.iter().map(|party| at(&party.range)).collect();
    assert_eq!(names, ["임대인: 김철수", "임차인: 이지은"]);
}

#[test]
fn what_fits_is_no_concern() {
    assert_eq!(found(LEASE, &stated()), []);
}

#[test]
fn what_does_not_fit_is_one() {
    for (from, to, kind) in [
        (
            "삼억원정(₩300,000,000)",
            "삼억오천만원정(₩350,000,000)",
            Kind::DepositDiffers,
        ),
        ("(₩300,000,000)", "(₩30,000,000)", Kind::WordsAndDigitsDiffer),
        ("2억7천만원", "2억6천만원", Kind::PartsDoNotAdd),
        ("2028년 3월 1일까지", "2025년 3월 1일까지", Kind::DatesOutOfOrder),
        (
            "계약일: 2026년 1월 10일",
            "계약일: 2026년 1월 11일",
            Kind::ContractDateDiffers,
        ),
        (
            "에 지급한다.\n제2조",
            "에 지급한다.\n예금주: 박상호\n제2조",
            Kind::AccountOfAnother,
        ),
        (
            "임차인: 이지은",
            "임차인: 이지은\n소유자: 박상호",
            Kind::OwnerDiffers,
        ),
        ("임대인: 김철수", "임대인: 김철호", Kind::CounterpartyDiffers),
    ] {
        let changed = LEASE.replace(from, to);
        assert_ne!(changed, LEASE, "{from}");
        assert!(
            found(&changed, &stated()).contains(&kind),
            "{to}: {:?}",
            found(&changed, &stated())
        );
    }
}

#[test]
fn a_hostile_document_costs_no_more_than_its_length() {
    // Whatever looked at all of the rest for each of these would not come to an end here.
    for piece in [
        "(",
        "제1조(",
        "제1조",
        "임대인:",
        "원",
        "1,",
        "2026.",
        "만",
        "가 ",
        "\n1.",
        "a:(",
        "보증금(",
        "[",
    ] {
        let document = normalise(&piece.repeat(150_000 / piece.chars().count()));
        let sections = taxonomy::split(&document);
        let graph = tie(&document, &sections);
        let _ = check(&document, &graph, &stated());
    }
}

proptest! {
    #[test]
    fn an_amount_fits_if_and_only_if_it_is_the_noted_one(noted in 1_i64..100_000, written in 1_i64..100_000) {
        let raw = format!("전세계약서\n제1조(보증금) 전세보증금은 금 {written}만원으로 한다.");
        let stated = Stated { terms: Terms::Jeonse { deposit: Won::parse(noted * 10_000).unwrap() }, ..stated() };
        prop_assert_eq!(found(&raw, &stated).contains(&Kind::DepositDiffers), noted != written);
    }

    #[test]
    fn nonsense_breaks_nothing_and_every_quote_stands_there(
        raw in "(보증금|잔금|계약금|금 |3억원|₩5,000|\\(|2026. 3. 1.|2025년 1월 1일|부터|까지|인도|예금주: 김철수|임대인: 박상호|\n|다\\. |제1조){0,40}",
    ) {
        let document = normalise(&raw);
        let graph = tie(&document, &taxonomy::split(&document));
        let at = |range: &Range<usize>| document.as_str().get(range.clone()).unwrap();
        let inside = |range: &Range<usize>, sentence: &Range<usize>| sentence.start <= range.start && range.end <= sentence.end;
        for tied in &graph.sums {
            prop_assert!(inside(&tied.range, &tied.sentence) && at(&tied.range).ends_with(['원', '0']));
        }
        for tied in &graph.days {
            let again: Vec<Date> = dates::find(at(&tied.range)).iter().map(|day| day.date).collect();
            prop_assert_eq!(again, [tied.value]);
            prop_assert!(inside(&tied.range, &tied.sentence));
        }
        for concern in check(&document, &graph, &stated()) {
            prop_assert!(document.as_str().contains(&concern.quote), "{}", concern.quote);
            prop_assert!(!concern.quote.is_empty());
        }
    }
}
