use super::*;
use crate::clock::Timestamp;

fn draft() -> Draft<'static> {
    Draft {
        intent: "jeonse",
        property_type: "apartment",
        region_code: "1168010100",
        address: "Teheran-ro 1",
        area_m2: "84.95",
        amounts: Amounts {
            deposit: Some(500_000_000),
            ..Amounts::default()
        },
        description: "Bright, three rooms",
        visibility: "public",
        ..Draft::default()
    }
}

fn mistakes(draft: &Draft<'_>) -> Vec<(String, FieldCode)> {
    let errors = NewSignal::parse(draft, Timestamp::from_micros(0))
        .map(|_| ())
        .unwrap_err();
    errors
        .into_iter()
        .map(|error| (error.pointer, error.code))
        .collect()
}

#[test]
fn a_good_draft_becomes_a_signal() {
    let signal = NewSignal::parse(&draft(), Timestamp::from_micros(0)).unwrap();
    assert_eq!(signal.terms.intent(), Intent::Jeonse);
    assert_eq!(signal.area.to_string(), "84.95");
}

#[test]
fn prices_must_fit_the_intent_and_the_answer_says_which() {
    let wrong = Draft {
        intent: "monthly_rent",
        amounts: Amounts {
            asking_price: Some(1),
            deposit: None,
            monthly_rent: Some(-1),
        },
        ..draft()
    };
    assert_eq!(
        mistakes(&wrong),
        [
            ("/asking_price".to_owned(), FieldCode::NotAllowed),
            ("/deposit".to_owned(), FieldCode::Required),
            ("/monthly_rent".to_owned(), FieldCode::OutOfRange),
        ]
    );
}

#[test]
fn every_mistake_is_reported_at_once() {
    let wrong = Draft {
        property_type: "castle",
        region_code: "1",
        area_m2: "0",
        floor: Some(500),
        available_from: Some("tomorrow"),
        expires_at: Some("1960-01-01T00:00:00Z"),
        ..draft()
    };
    let pointers: Vec<_> = mistakes(&wrong).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(
        pointers,
        [
            "/property_type",
            "/region_code",
            "/area_m2",
            "/floor",
            "/available_from",
            "/expires_at"
        ]
    );
}

#[test]
fn an_area_has_at_most_two_decimals() {
    assert_eq!(Area::parse("84.9").unwrap().hundredths(), 8490);
    for raw in ["", ".5", "84.", "84.955", "-1", "1e3", "a"] {
        assert_eq!(Area::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
    }
    assert_eq!(Area::parse("1000001"), Err(FieldCode::OutOfRange));
    assert_eq!(Area::parse("99999999999999999999"), Err(FieldCode::OutOfRange));
}

#[test]
fn every_state_reads_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Ok(state));
    }
}
