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

/// Each section of a text: its number, its title and its first words.
fn heads(raw: &str) -> Vec<(Option<u16>, String, String)> {
    let document = normalise(raw);
    let first = |range: Range<usize>| document.as_str()[range].chars().take(8).collect();
    split(&document)
        .into_iter()
        .map(|section| (section.number, section.title, first(section.range)))
        .collect()
}

#[test]
fn a_section_begins_with_its_heading() {
    let head = |number, title: &str, first: &str| (number, title.to_owned(), first.to_owned());
    assert_eq!(
        heads(LEASE),
        [
            head(None, "", "주택임대차계약서"),
            head(Some(1), "보증금과 차임", "제1조(보증금과"),
            head(Some(2), "존속기간", "제 2 조 [존"),
            head(Some(3), "계약의 해지", "제3조 계약의 "),
            head(Some(4), "중개보수", "제4조(중개보수"),
            head(None, "특약사항", "[특약사항]\n1"),
        ]
    );
    assert_eq!(
        heads("제1조\n집이다.\n【제2조】【목적】 집이다.\n■ Article 3: Term: two years\n4) 특약"),
        [
            head(Some(1), "", "제1조\n집이다."),
            head(Some(2), "목적", "【제2조】【목적"),
            head(Some(3), "Term", "■ Articl"),
            head(None, "특약", "4) 특약"),
        ]
    );
    assert_eq!(
        heads("제5조【인도】 집이다. 제6조【수리】 집이다.\n[제7조] 해지\n집이다."),
        [
            head(Some(5), "인도", "제5조【인도】 "),
            head(Some(6), "수리", "제6조【수리】 "),
            head(Some(7), "해지", "[제7조] 해지"),
        ]
    );
    let long = "가".repeat(TITLE + 1);
    for text in [format!("제1조({long}) 집이다."), format!("제1조 {long}")] {
        assert_eq!(heads(&text)[0].1, "가".repeat(TITLE));
    }
}

#[test]
fn what_only_looks_like_a_heading_is_none() {
    for text in [
        "임차인은\n제5조에 따라 해지한다.",
        "임차인은 제5조 (가)에 따르지 않는다. 제70000조(가)",
        "1. 목적물의 관리는 임차인이 한다.\n2. 인도.",
        "특약사항은 다음과 같다.",
        "Articles 1 and 2",
        "1.",
    ] {
        assert_eq!(heads(text).len(), 1, "{text}");
    }
}

#[test]
fn a_topic_stands_once_and_the_special_terms_are_special_most_of_all() {
    for heading in [
        "[특약사항]",
        "기타 특약사항",
        "Special Provisions",
        "4. 특약사항",
        "제9조(특약사항)",
    ] {
        let document = normalise(&format!(
            "{heading}\n수리는 임대인이 하고 계약금은 없다. 이것이 특약사항이다."
        ));
        let topics = split(&document).remove(0).topics;
        assert_eq!(topics[0], Topic::Special, "{heading}");
        assert!(
            topics.contains(&Topic::Repair) && topics.contains(&Topic::Payment),
            "{topics:?}"
        );
        assert_eq!(
            topics.iter().filter(|topic| **topic == Topic::Special).count(),
            1,
            "{topics:?}"
        );
    }
}

#[test]
fn a_text_of_nothing_but_headings_is_cut() {
    let raw: String = (0..SECTIONS + 100)
        .map(|number| format!("제{number}조(목적) 집이다.\n"))
        .collect();
    assert_eq!(heads(&raw).len(), SECTIONS);
}

#[track_caller]
fn sentences_are(raw: &str, expected: &[&str]) {
    let document = normalise(raw);
    let found: Vec<&str> = sentences(&document, 0..document.as_str().len())
        .into_iter()
        .map(|range| &document.as_str()[range])
        .collect();
    assert_eq!(found, expected, "{raw}");
}

#[test]
fn signs_and_lines_end_a_sentence() {
    sentences_are(
        "임차인은 낸다; 임대인은 준다",
        &["임차인은 낸다;", "임대인은 준다"],
    );
    for end in ["낸다.", "낸다(월세).", "\"낸다\".", "[낸다]."] {
        sentences_are(
            &format!("임차인은 {end} 임대인은 준다."),
            &[&format!("임차인은 {end}"), "임대인은 준다."],
        );
    }
    sentences_are(
        "가. 임차인은 낸다. 나. 임대인은 준다.",
        &["가. 임차인은 낸다.", "나. 임대인은 준다."],
    );
    sentences_are(
        "면적은 85.5㎡, 기한은 3. 1. 이다",
        &["면적은 85.5㎡, 기한은 3. 1. 이다"],
    );
    sentences_are(
        "기한은 2026. 3. 1.\n임차인은 낸다",
        &["기한은 2026. 3. 1.", "임차인은 낸다"],
    );
    sentences_are("임차인은\n\n임대인은", &["임차인은", "임대인은"]);
    sentences_are("1.\n임차인은 낸다", &["1.\n임차인은 낸다"]);
    sentences_are(
        "임차인은 다음 각 호의 사항을 지킨다:\n집을 깨끗이 쓴다",
        &["임차인은 다음 각 호의 사항을 지킨다:", "집을 깨끗이 쓴다"],
    );
    sentences_are("성명: 김철수\n임차인은 낸다", &["성명: 김철수", "임차인은 낸다"]);
    sentences_are(
        "임차인은 낸다\n제3조의2(특례) 임대인은",
        &["임차인은 낸다", "제3조의2(특례) 임대인은"],
    );
}

#[test]
fn an_item_begins_a_sentence_and_a_line_that_goes_on_does_not() {
    for item in [
        "1. ", "12) ", "- ", "* ", "• ", "· ", "(1) ", "① ", "⑳ ", "■ ", "a. ", "가. ", "잔금: ",
    ] {
        sentences_are(
            &format!("임차인은\n{item}낸다"),
            &["임차인은", &format!("{item}낸다")],
        );
    }
    for more in [
        "2026. 3. 1. 낸다",
        "100) 낸다",
        "3월 1일 낸다",
        "돈을 낸다",
        "2 낸다",
    ] {
        sentences_are(&format!("임차인은\n{more}"), &[&format!("임차인은\n{more}")]);
    }
}

#[test]
fn a_sentence_without_an_end_is_cut() {
    let long = "가".repeat(2 * SENTENCE + 1);
    let cut = "가".repeat(SENTENCE);
    sentences_are(&long, &[&cut, &cut, "가"]);
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
                let sentence = &document.as_str()[sentence];
                prop_assert!(!sentence.is_empty() && sentence == sentence.trim());
                text.push_str(sentence);
            }
            let squeeze = |text: &str| Squeezed::new(text).text().to_owned();
            prop_assert_eq!(squeeze(&text), squeeze(&document.as_str()[section.range.clone()]));
        }
        prop_assert_eq!(at, document.as_str().len());
    }
}
