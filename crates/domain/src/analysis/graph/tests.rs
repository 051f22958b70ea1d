use super::*;
use crate::analysis::concern::{Concern, Kind};
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

fn concerns(raw: &str, stated: &Stated<'_>) -> Vec<Concern> {
    let document = normalise(raw);
    let graph = tie(&document, &taxonomy::split(&document));
    check(&document, &graph, stated)
}

fn found(raw: &str, stated: &Stated<'_>) -> Vec<Kind> {
    concerns(raw, stated)
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

const SALE: &str = "매매계약서\n매도인: 김철수\n매수인: 이지은\n제1조(매매대금) 매매대금은 금 5억원으로 한다.\n계약금: 금 5천만원\n";

fn of_a_sale(rest: &str) -> Vec<(Kind, Vec<String>)> {
    of_a_contract(&format!("{SALE}{rest}"))
}

fn of_a_contract(raw: &str) -> Vec<(Kind, Vec<String>)> {
    let stated = Stated {
        role: Role::Buyer,
        terms: Terms::Sale {
            asking_price: Won::parse(500_000_000).unwrap(),
        },
        ..stated()
    };
    concerns(raw, &stated)
        .into_iter()
        .map(|concern| (concern.kind, concern.details))
        .collect()
}

/// Half a billion, fifty million of it at signing.
#[test]
fn the_payments_are_the_whole_however_they_are_written() {
    for fits in [
        "잔금: 금 4억5천만원",
        "중도금: 금 2억원\n잔금: 금 2억5천만원",
        "중도금: 금 이억원정(₩200,000,000)\n잔금: 금 2억5천만원",
        // Two payments of one size, and of two; one that is named twice; both of two that are.
        "1차 중도금: 금 1억원\n2차 중도금: 금 1억원\n잔금: 금 2억5천만원",
        "1차 중도금: 금 1억원(₩100,000,000)\n2차 중도금: 금 1억원(₩100,000,000)\n잔금: 금 2억5천만원",
        "1차 중도금: 금 1억5천만원\n2차 중도금: 금 5천만원\n잔금: 금 2억5천만원",
        "중도금: 금 2억원\n잔금: 금 2억5천만원\n중도금 2억원은 은행으로 보낸다.",
        "1차 중도금: 금 1억5천만원\n2차 중도금: 금 5천만원\n잔금: 금 2억5천만원\n1차 중도금 1억5천만원과 2차 중도금 5천만원은 은행으로 보낸다.",
        // Nothing but the price under another name.
        "잔금: 금 5억원",
        "잔금: 금 6억원",
    ] {
        assert_eq!(of_a_sale(fits), [], "{fits}");
    }
    let all_at_once = SALE.replace("5천만원", "5억원");
    assert_eq!(of_a_contract(&format!("{all_at_once}잔금: 금 1억원")), []);
}

#[test]
fn payments_that_are_less_or_more_than_the_whole_are_named_with_their_sum() {
    for (rest, sum) in [
        ("잔금: 금 4억원", "450000000"),
        ("잔금: 금 4억9천만원", "540000000"),
        ("중도금: 금 2억원\n잔금: 금 3억5천만원", "600000000"),
        ("중도금: 금 2억원(₩200,000,000)\n잔금: 금 1억5천만원", "400000000"),
        (
            "1차 중도금: 금 1억원\n2차 중도금: 금 1억원\n잔금: 금 1억원",
            "350000000",
        ),
    ] {
        let details = vec![sum.to_owned(), "500000000".to_owned()];
        assert_eq!(of_a_sale(rest), [(Kind::PartsDoNotAdd, details)], "{rest}");
    }
}

#[test]
fn only_an_amount_right_behind_another_says_the_same() {
    for fits in [
        "보증금 3억원, 2억원",
        "보증금 3억원(월 50만원)",
        "보증금 3억원 2억원",
        "보증금 3억원\n(2억원)",
    ] {
        let kinds = found(&format!("전세계약서\n{fits}"), &stated());
        assert!(!kinds.contains(&Kind::WordsAndDigitsDiffer), "{fits}");
    }
    let differ = concerns("전세계약서\n보증금 삼억원정 (₩ 30,000,000)", &stated());
    let differ: Vec<_> = differ
        .into_iter()
        .filter(|one| one.kind == Kind::WordsAndDigitsDiffer)
        .collect();
    assert_eq!(differ[0].details, ["300000000", "30000000"]);
}

#[test]
fn days_may_be_the_same_and_not_the_other_way_round() {
    let kinds = |signed, balance| {
        let raw = format!("전세계약서\n계약일: 2026년 3월 {signed}일\n잔금일: 2026년 3월 {balance}일");
        found(&raw, &stated()).contains(&Kind::DatesOutOfOrder)
    };
    assert_eq!([kinds(1, 2), kinds(2, 2), kinds(3, 2)], [false, false, true]);
}

#[test]
fn the_other_side_is_the_one_that_was_noted() {
    let raw = "임대인: 김철수\n임차인: 이지은\n매도인: 박상호\n매수인: 최유리";
    for (role, name) in [
        (Role::Tenant, "김철수"),
        (Role::Landlord, "이지은"),
        (Role::Buyer, "박상호"),
        (Role::Seller, "최유리"),
    ] {
        let with = |counterparty_name| {
            let stated = Stated {
                role,
                counterparty_name,
                ..stated()
            };
            found(raw, &stated).contains(&Kind::CounterpartyDiffers)
        };
        assert_eq!(
            [with(Some(name)), with(None), with(Some("홍길동"))],
            [false, false, true],
            "{role:?}"
        );
    }
}

#[test]
fn money_goes_to_the_owner_or_to_a_trustee() {
    let kinds = |more: &str| found(&format!("임대인: 김철수\n{more}"), &stated());
    for fits in [
        "예금주: 김 철 수",
        "소유자: 김철수\n예금주: 김철수",
        "소유자: 한국신탁\n수탁자: 한국신탁\n예금주: 한국신탁",
    ] {
        assert_eq!(kinds(fits), [], "{fits}");
    }
    assert_eq!(kinds("소유자: 박상호\n수탁자: 한국신탁"), [Kind::OwnerDiffers]);
    assert_eq!(
        kinds("소유자: 박상호\n예금주: 김철수"),
        [Kind::OwnerDiffers, Kind::AccountOfAnother]
    );
    assert_eq!(kinds("소유자: 박상호\n예금주: 박상호"), [Kind::OwnerDiffers]);
}

#[test]
fn a_thousand_trillions_more_often_than_anybody_can_count_are_still_a_sum() {
    let hostile = "중도금 998조원 중도금 999조원 ".repeat(9_000);
    let told = of_a_sale(&format!("잔금: 금 4억원\n{hostile}"));
    assert_eq!(told[0].0, Kind::PartsDoNotAdd);
    assert_eq!(told[0].1, [i64::MAX.to_string(), "500000000".to_owned()]);
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
