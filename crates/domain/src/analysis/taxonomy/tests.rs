use super::*;
use crate::analysis::ingestion::normalise;
use proptest::prelude::*;

const LEASE: &str = "주택임대차계약서\n임대인: 김철수\n제1조(보증금과 차임) 보증금은 금 3억원으로 한다.\n제 2 조 [존속기간] 임대인은 2026. 3. 1. 까지 \
    인도한다. 제5조에 따라 해지할 수 있다.\n제3조 계약의 해지\n임차인이 차임을 2회 연체하면 해지할 수 있다. 제4조(중개보수) 각자 낸다.\n\
    [특약사항]\n1. 현 시설 상태의 계약이다.\n2. 임대인은 국세 체납이 없음을 확인한다.";

fn topics(raw: &str) -> Vec<(Option<u16>, Option<Topic>)> {
    let document = normalise(raw);
    split(&document)
        .iter()
        .map(|section| (section.number, section.topic()))
        .collect()
}

#[test]
fn articles_are_found_and_references_are_not() {
    assert_eq!(
        topics(LEASE),
        [
            (None, None),
            (Some(1), Some(Topic::Price)),
            (Some(2), Some(Topic::Term)),
            (Some(3), Some(Topic::Termination)),
            (Some(4), Some(Topic::Broker)),
            (None, Some(Topic::Special)),
        ]
    );
}

#[test]
fn english_articles_and_forms() {
    let raw = "LEASE AGREEMENT\nArticle 1 (Premises) The premises are in Seoul.\nSection 2. Repair: the landlord repairs.\nSpecial Terms:\nnone";
    let found = topics(raw);
    assert_eq!(found.len(), 4);
    assert_eq!(found[1], (Some(1), Some(Topic::Object)));
    assert_eq!(found[2], (Some(2), Some(Topic::Repair)));
    assert_eq!(found[3], (None, Some(Topic::Special)));
    let form = "부동산 매매계약서\n1. 부동산의 표시\n소재지 서울\n2. 계약내용\n매매대금 금 5억원정";
    assert_eq!(
        topics(form)[1..],
        [(None, Some(Topic::Object)), (None, Some(Topic::Price))]
    );
}

#[test]
fn a_sentence_ends_where_it_ends() {
    let document = normalise(
        "1. 임차인은 보증금을\n2026. 3. 1. 까지 지급한다. 임대인은 인도한다.\n2. 잔금: 금 1억원\n예금주: 김철수",
    );
    let texts: Vec<&str> = sentences(&document, 0..document.as_str().len())
        .into_iter()
        .map(|range| &document.as_str()[range])
        .collect();
    assert_eq!(
        texts,
        [
            "1. 임차인은 보증금을\n2026. 3. 1. 까지 지급한다.",
            "임대인은 인도한다.",
            "2. 잔금: 금 1억원",
            "예금주: 김철수"
        ]
    );
}

#[test]
fn every_topic_has_its_row() {
    for topic in Topic::ALL {
        let has = |row: &words::Row| row.name == topic.as_str() && row.rest.contains(": ");
        assert!(words::rows(&words::TOPICS).iter().any(has), "{topic:?}");
    }
}

proptest! {
    #[test]
    fn sections_cover_the_document_and_sentences_cover_a_section(
        raw in "((제[0-9]{1,2}조|제 [0-9] 조|\\(|\\)|\\[특약\\]|Article 2|다\\.|가나|\\.|;|:|1\\)| |\n){0,60})|\\PC{0,120}",
    ) {
        let document = normalise(&raw);
        let sections = split(&document);
        let mut at = 0;
        for section in &sections {
            prop_assert_eq!(section.range.start, at);
            at = section.range.end;
            let mut last = section.range.start;
            let mut text = String::new();
            for sentence in sentences(&document, section.range.clone()) {
                prop_assert!(sentence.start >= last && sentence.end <= section.range.end);
                last = sentence.end;
                text.push_str(&document.as_str()[sentence]);
            }
            let squeeze = |text: &str| Squeezed::new(text).text().to_owned();
            prop_assert_eq!(squeeze(&text), squeeze(&document.as_str()[section.range.clone()]));
        }
        prop_assert_eq!(at, document.as_str().len());
    }
}
