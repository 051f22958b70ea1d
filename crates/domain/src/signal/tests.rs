use super::*;
use crate::clock::{Date, Timestamp};
use crate::field::Fields;

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
fn what_was_sent_is_what_is_kept() {
    let told = Draft {
        floor: Some(-1),
        rooms: Some(3),
        available_from: Some("2027-03-01"),
        expires_at: Some("2027-06-01T00:00:00Z"),
        ..draft()
    };
    let signal = NewSignal::parse(&told, Timestamp::from_micros(0)).unwrap();
    assert_eq!((signal.floor, signal.rooms), (Some(-1), Some(3)));
    assert_eq!(signal.available_from, Date::parse("2027-03-01").ok());
    assert_eq!(
        signal.expires_at,
        Timestamp::parse_rfc3339("2027-06-01T00:00:00Z").ok()
    );
    assert_eq!(signal.property_type, PropertyType::Apartment);
    assert_eq!(signal.visibility, Visibility::Public);
    assert_eq!(
        (
            signal.region.as_str(),
            signal.address.as_str(),
            signal.description.as_str()
        ),
        ("1168010100", "Teheran-ro 1", "Bright, three rooms")
    );
}

#[test]
fn floors_and_rooms_have_bounds_and_an_end_lies_ahead() {
    let now = Timestamp::parse_rfc3339("2027-06-01T00:00:00Z").unwrap();
    let is_good = |change: &dyn Fn(&mut Draft<'static>)| {
        let mut changed = draft();
        change(&mut changed);
        NewSignal::parse(&changed, now).is_ok()
    };
    let floor = |floor| is_good(&|draft| draft.floor = Some(floor));
    assert_eq!(
        [-21, -20, 0, 200, 201].map(floor),
        [false, true, true, true, false]
    );
    let rooms = |rooms| is_good(&|draft| draft.rooms = Some(rooms));
    assert_eq!([-1, 0, 100, 101].map(rooms), [false, true, true, false]);
    let end = |end| is_good(&|draft| draft.expires_at = Some(end));
    assert_eq!(
        [
            "2027-05-31T23:59:59Z",
            "2027-06-01T00:00:00Z",
            "2027-06-01T00:00:00.000001Z"
        ]
        .map(end),
        [false, false, true]
    );
}

#[test]
fn terms_read_back_from_their_amounts() {
    let amounts = Amounts {
        asking_price: Some(1),
        deposit: Some(2),
        monthly_rent: Some(3),
    };
    let of = |asking_price, deposit, monthly_rent| Amounts {
        asking_price: amounts.asking_price.filter(|_| asking_price),
        deposit: amounts.deposit.filter(|_| deposit),
        monthly_rent: amounts.monthly_rent.filter(|_| monthly_rent),
    };
    for (intent, amounts) in [
        (Intent::Sale, of(true, false, false)),
        (Intent::Jeonse, of(false, true, false)),
        (Intent::MonthlyRent, of(false, true, true)),
    ] {
        let terms = Terms::parse(intent, amounts, &mut Fields::new()).unwrap();
        let back = terms.amounts();
        assert_eq!(terms.intent(), intent);
        assert_eq!(
            (back.asking_price, back.deposit, back.monthly_rent),
            (amounts.asking_price, amounts.deposit, amounts.monthly_rent)
        );
    }
}

#[test]
fn an_area_has_at_most_two_decimals() {
    assert_eq!(Area::parse("84.9").unwrap().hundredths(), 8490);
    assert_eq!(
        Area::parse("84").map(|area| area.to_string()),
        Ok("84.00".to_owned())
    );
    assert_eq!(Area::parse("0.01").map(Area::hundredths), Ok(1));
    assert_eq!(Area::parse("1000000").map(Area::hundredths), Ok(100_000_000));
    assert_eq!(Area::parse("0.00"), Err(FieldCode::OutOfRange));
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
