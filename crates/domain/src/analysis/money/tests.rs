use super::*;
use proptest::prelude::*;

#[track_caller]
fn amounts(text: &str, expected: &[i64]) {
    let found: Vec<i64> = find(text).into_iter().map(|amount| amount.won).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn every_way_to_write_an_amount() {
    amounts("금 삼억오천만원정", &[350_000_000]);
    amounts("일금 오천만원", &[50_000_000]);
    amounts("3억 5,000만원", &[350_000_000]);
    amounts("3억5천만 원", &[350_000_000]);
    amounts("350,000,000원", &[350_000_000]);
    amounts("금 삼억오천만원정(₩350,000,000)", &[350_000_000, 350_000_000]);
    amounts("1.5억원 또는 12억 3,456만 7,890원", &[150_000_000, 1_234_567_890]);
    amounts("월 80만원, 관리비 십이만 오천원", &[800_000, 125_000]);
    amounts(
        "KRW 350,000,000 and 1,200,000 won, KRW 1.2 billion, ₩5 million",
        &[350_000_000, 1_200_000, 1_200_000_000, 5_000_000],
    );
    amounts("금 參億원, 金 三億五千萬원", &[300_000_000, 350_000_000]);
    amounts("1.25억원, 1.5천만원, 0.5만원", &[125_000_000, 15_000_000, 5_000]);
    amounts("KRW 1,000,000 또는 500만원", &[1_000_000, 5_000_000]);
}

#[test]
fn what_is_written_twice_in_one_is_one_amount() {
    for text in [
        "₩350,000,000원",
        "KRW 350,000,000원정",
        "₩ 350,000,000 won",
        "350,000,000원",
    ] {
        amounts(text, &[350_000_000]);
    }
}

#[test]
fn the_end_of_a_word_is_no_numeral() {
    amounts("보증금이 천만원", &[10_000_000]);
    amounts("임차인이 백만원을 지급한다", &[1_000_000]);
    amounts("서울특별시 강남구 천만원", &[10_000_000]);
    amounts("보증금 이천만원", &[20_000_000]);
    amounts("보증금은 이 천만원", &[20_000_000]);
    amounts("금이천만 원정", &[20_000_000]);
    amounts("삼십이 만원", &[320_000]);
}

#[test]
fn every_numeral_of_both_scripts_counts() {
    let digits = [
        "일壹一",
        "이貳二",
        "삼參三",
        "사四",
        "오五",
        "육六",
        "칠七",
        "팔八",
        "구九",
    ];
    for (digit, won) in digits.into_iter().zip(1..) {
        for c in digit.chars() {
            amounts(&format!("{c}원"), &[won]);
        }
    }
    for (units, won) in [
        ("십十拾", 10),
        ("백百", 100),
        ("천千仟", 1_000),
        ("만萬", 10_000),
        ("억億", 100_000_000),
        ("조兆", 1_000_000_000_000),
    ] {
        for c in units.chars() {
            amounts(&format!("삼{c}오원"), &[3 * won + 5]);
        }
    }
}

#[test]
fn an_amount_stands_where_it_is_written() {
    for (text, expected) in [
        ("보증금은 금 3억 5,000만 원으로", "3억 5,000만 원"),
        ("rent is KRW 1.2 billion won a year", "1.2 billion won"),
        ("is ₩5 million, due", "5 million"),
        ("is KRW 500,000.", "500,000"),
        ("pay 500,000 won now", "500,000 won"),
        ("pay 500 KRW.", "500 KRW"),
    ] {
        let found: Vec<&str> = find(text).into_iter().map(|amount| &text[amount.range]).collect();
        assert_eq!(found, [expected]);
    }
}

#[test]
fn amounts_are_whole_won_up_to_a_thousand_trillion() {
    amounts("₩1,000,000,000,000,000", &[LARGEST]);
    amounts("1,000조원", &[LARGEST]);
    for text in [
        "₩1,000,000,000,000,001",
        "1,001조원",
        "₩0",
        "0원",
        "KRW 1.5",
        "KRW 1.25",
        "1.5원",
    ] {
        amounts(text, &[]);
    }
}

/// Half of a number that cannot be read would be another amount.
#[test]
fn no_amount_begins_inside_of_a_number() {
    for text in [
        "1.555억원",
        "30,50원",
        "1234,567원",
        "1.250.500원",
        "3.만원",
        "12,34천원",
        "1,2345만원",
    ] {
        amounts(text, &[]);
    }
    amounts(&format!("{}500원", "1".repeat(50)), &[]);
    amounts("3월 10일 원상회복", &[]);
}

#[test]
fn what_is_no_amount() {
    for text in [
        "원상회복",
        "제3조 원칙",
        "30,00원",
        "2026. 3. 1.",
        "85.5㎡",
        "임차인은 원한다",
        "350,000,000",
        "won 5 games",
        "500 wonderful",
        "NOTKRW 500",
        "5 millionaires won",
        "억원",
        "조원",
        "차임 30만\n원상회복",
    ] {
        amounts(text, &[]);
    }
}

#[test]
fn what_stands_before_is_left_alone() {
    amounts("보증금이 5000만원", &[50_000_000]);
    amounts("만일 오천만원", &[50_000_000]);
    amounts("2026. 3. 1. 500만원", &[5_000_000]);
    amounts("1. 300,000,000원", &[300_000_000]);
    amounts("제3조 500만원", &[5_000_000]);
    amounts("이백만원", &[2_000_000]);
    amounts("만원", &[10_000]);
}

fn written(won: i64) -> String {
    let names = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
    let mut text = String::new();
    for (unit, name) in [
        (1_000_000_000_000, "조"),
        (100_000_000, "억"),
        (10_000, "만"),
        (1, ""),
    ] {
        let group = won / unit % 10_000;
        if group == 0 {
            continue;
        }
        for (place, small) in [(1_000, "천"), (100, "백"), (10, "십"), (1, "")] {
            let digit = group / place % 10;
            if digit > 0 {
                text += names[usize::try_from(digit).unwrap()];
                text += small;
            }
        }
        text += name;
    }
    text
}

fn with_commas(won: i64) -> String {
    let digits = won.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

proptest! {
    #[test]
    fn what_is_written_is_read(won in 1_i64..10_000_000_000_000) {
        let forms = [
            format!("금 {}원정", written(won)),
            format!("금{}원", with_commas(won)),
            format!("₩{}", with_commas(won)),
            format!("KRW {won}"),
            format!("{}억 {}만 {}원", won / 100_000_000 + 1, with_commas(won / 10_000 % 10_000 + 1), won % 10_000 + 1),
        ];
        let last = (won / 100_000_000 + 1) * 100_000_000 + (won / 10_000 % 10_000 + 1) * 10_000 + won % 10_000 + 1;
        for (index, form) in forms.iter().enumerate() {
            let expected = if index == 4 { last } else { won };
            let found: Vec<i64> = find(form).into_iter().map(|amount| amount.won).collect();
            prop_assert_eq!(found, vec![expected], "{}", form);
        }
    }

    #[test]
    fn nonsense_breaks_nothing(text in "([0-9,.]|일|이|만|억|조|천|백|십|원| |₩|KRW|won|million|제){0,30}|\\PC{0,40}") {
        let mut end = 0;
        for amount in find(&text) {
            prop_assert!(amount.range.start >= end && text.get(amount.range.clone()).is_some());
            prop_assert!(amount.won >= 1 && amount.won <= LARGEST);
            end = amount.range.end;
            let before = text[..amount.range.start].trim_end_matches([',', '.']);
            prop_assert!(!before.ends_with(|c: char| c.is_ascii_digit()));
        }
    }
}
