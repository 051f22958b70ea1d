use super::*;
use crate::analysis::ingestion::normalise;
use proptest::prelude::*;

const LEASE: &str = "임대차계약서\n제1조(목적) 임대인과 임차인은 아래 부동산에 관하여 다음과 같이 임대차계약을 체결한다.\n소재지: 서울시 \
    마포구 월드컵로 10, 101동 202호\n제2조(보증금) 보증금은 금 삼억원정으로 하고 계약금은 계약 시에, 잔금은 입주일에 지급한다.\n\
    제3조(존속기간) 임대인은 목적물을 2026년 3월 1일까지 인도하고, 기간은 그날부터 24개월로 한다. 기간이 끝나면 보증금을 반환한다.";

#[track_caller]
fn judged(raw: &str) -> Result<Language, Unfit> {
    judge(&normalise(raw))
}

#[test]
fn a_contract_is_fit_in_both_languages() {
    assert_eq!(judged(LEASE), Ok(Language::Korean));
    let english = "LEASE AGREEMENT. Article 1. The lessor lets the premises at Mapo-gu, Seoul, to the lessee. Article 2. The deposit is KRW \
        300,000,000, paid on the day of handover. Article 3. The lease term is 24 months from March 1, 2026.";
    assert_eq!(judged(english), Ok(Language::English));
}

#[test]
fn the_reason_is_told() {
    assert_eq!(judged("계약서"), Err(Unfit::TooShort));
    assert_eq!(
        judged(&"가나다라마바사아자차".repeat(20_001)),
        Err(Unfit::TooLong)
    );
    assert_eq!(judged(&"임대차계약서 ".repeat(100)), Err(Unfit::Unreadable));
    assert_eq!(judged(&"#@!~ %^&* 12 ".repeat(40)), Err(Unfit::Unreadable));
    assert_eq!(
        judged(&"Договор найма жилого помещения между сторонами. ".repeat(8)),
        Err(Unfit::UnknownLanguage)
    );
    let recipe = "김치찌개는 돼지고기와 잘 익은 김치를 함께 볶다가 물을 붓고 끓인다. 두부와 대파는 마지막에 넣고, 간은 국간장으로 맞춘다. ";
    assert_eq!(judged(&recipe.repeat(4)), Err(Unfit::NotAContract));
}

/// The words of four kinds, one of them the title; then as much of each as makes up the numbers: syllables, Latin letters, digits, and
/// something else.
fn made(hangul: usize, latin: usize, digits: usize, other: (char, usize)) -> String {
    let words = "계약서제1조임대인보증금";
    let syllables = (0xAC00..0xAC00 + 200).filter_map(char::from_u32).cycle();
    let text = words.chars().chain(syllables).take(hangul + 1);
    let rest =
        "q".repeat(latin) + &"7".repeat(digits.saturating_sub(1)) + &String::from(other.0).repeat(other.1);
    text.chain(rest.chars()).collect()
}

#[test]
fn bounds_are_where_they_are_said_to_be() {
    let (korean, none) = (Ok(Language::Korean), ('.', 0));
    for (text, expected) in [
        (made(SHORTEST - 1, 0, 1, none), korean),
        (made(SHORTEST - 2, 0, 1, none), Err(Unfit::TooShort)),
        (made(LONGEST - 1, 0, 1, none), korean),
        (made(LONGEST, 0, 1, none), Err(Unfit::TooLong)),
        // A tenth may be signs that say nothing.
        (made(899, 0, 1, ('\u{2603}', 100)), korean),
        (made(898, 0, 1, ('\u{2603}', 101)), Err(Unfit::Unreadable)),
        // Half are letters, of which so many are Latin.
        (made(500, 0, 500, none), korean),
        (made(499, 0, 501, none), Err(Unfit::Unreadable)),
        (made(300, 200, 400, ('.', 100)), korean),
        (made(300, 199, 401, ('.', 100)), Err(Unfit::Unreadable)),
        // A syllable counts as three letters.
        (made(100, 300, 1, none), korean),
        (made(100, 301, 1, none), Ok(Language::English)),
        (made(50, 450, 500, none), Ok(Language::English)),
        // More letters of other alphabets than of the two.
        (made(500, 0, 1, ('ж', 500)), Err(Unfit::Unreadable)),
        (made(500, 0, 1, ('ж', 501)), Err(Unfit::UnknownLanguage)),
        (made(300, 200, 1, ('ж', 500)), Err(Unfit::Unreadable)),
        (made(300, 200, 1, ('ж', 501)), Err(Unfit::UnknownLanguage)),
    ] {
        let start: String = text.chars().take(30).collect();
        assert_eq!(judged(&text), expected, "{} of {start}", text.chars().count());
    }
}

#[test]
fn signs_between_words_are_readable() {
    for sign in "·ㆍ※₩—→①⑳■○「」、㎡㈜㊞金ㄱ@%".chars() {
        assert_eq!(
            judged(&made(600, 0, 1, (sign, 399))),
            Ok(Language::Korean),
            "{sign}"
        );
    }
}

/// The words have twelve different characters.
#[test]
fn what_repeats_a_few_characters_says_nothing() {
    let with = |more: &str| judged(&format!("계약서제1조임대인보증금{}", more.repeat(20)));
    assert_eq!(with("가나다라마바사아자차카타파"), Ok(Language::Korean));
    assert_eq!(with("가나다라마바사아자차카타"), Err(Unfit::Unreadable));
}

#[test]
fn a_contract_has_words_of_four_kinds_and_a_title_or_an_article() {
    let filler: String = (0xAC00..0xAC00 + 200).filter_map(char::from_u32).collect();
    let with = |words: &str| judged(&format!("{words} {filler}"));
    for words in [
        "전세계약서 임대인 임차인 보증금",
        "제1조 임대인 임차인 보증금",
        "특약사항 매도인 아파트 잔금",
    ] {
        assert_eq!(with(words), Ok(Language::Korean), "{words}");
    }
    for words in [
        "전세계약서 제1조 임대인",
        "임대인 임차인 보증금 인도일",
        "제1조 제2조 임대인 매도인 보증금",
    ] {
        assert_eq!(with(words), Err(Unfit::NotAContract), "{words}");
    }
}

proptest! {
    #[test]
    fn anything_is_judged_and_spaces_do_not_matter(raw in any::<String>()) {
        let _ = judged(&raw);
        let spaced: String = LEASE.chars().flat_map(|c| [c, '\n']).collect();
        prop_assert_eq!(judged(&spaced), Ok(Language::Korean));
    }

    #[test]
    fn noise_is_no_contract(noise in "[!-/:-@0-9]{200,400}") {
        prop_assert!(judged(&noise).is_err());
    }
}
