//! What a request may say (CON-6, CONV-4).

use super::super::regulation::RateType;
use super::{BUSAN, Draft, Situation, buyer, situation};
use crate::signal::Intent;

fn mistakes(draft: &Draft<'_>) -> Vec<String> {
    let errors = Situation::parse(draft).unwrap_err();
    let line = |error: &crate::FieldError| format!("{} {}", error.pointer, error.code.as_str());
    errors.iter().map(line).collect()
}

#[test]
fn every_mistake_is_named_at_once() {
    assert_eq!(
        mistakes(&Draft::default()),
        [
            "/monthly_income required",
            "/assets required",
            "/debts required",
            "/intent required",
            "/target_price required",
            "/region_code required",
        ]
    );
    let wrong = Draft {
        monthly_income: Some(-1),
        assets: Some(10_000_000_000_001),
        debts: Some(i64::MIN),
        annual_debt_service: Some(-1),
        target_price: Some(0),
        monthly_rent: Some(1),
        intent: Some("sale"),
        region_code: Some("11"),
        interest_rate_bp: Some(2_001),
        rate_type: Some("floating"),
        term_years: Some(0),
        homes_owned: Some(-1),
        sells_home: Some(true),
        monthly_upkeep: Some(-5),
        ..Draft::default()
    };
    assert_eq!(
        mistakes(&wrong),
        [
            "/monthly_income out_of_range",
            "/assets out_of_range",
            "/debts out_of_range",
            "/annual_debt_service out_of_range",
            "/target_price out_of_range",
            "/region_code invalid_format",
            "/monthly_rent not_allowed",
            "/interest_rate_bp out_of_range",
            "/rate_type unknown_value",
            "/term_years out_of_range",
            "/homes_owned out_of_range",
            "/monthly_upkeep out_of_range",
            "/sells_home not_allowed",
        ]
    );
}

#[test]
fn what_contradicts_something_else_is_refused() {
    let lease = Draft {
        intent: Some("jeonse"),
        over_85_m2: Some(true),
        first_time_buyer: Some(true),
        ..buyer()
    };
    assert_eq!(
        mistakes(&lease),
        [
            "/rate_type not_allowed",
            "/term_years not_allowed",
            "/over_85_m2 not_allowed",
            "/first_time_buyer not_allowed",
        ]
    );
    let owner = Draft {
        homes_owned: Some(1),
        first_time_buyer: Some(true),
        annual_debt_service: Some(1),
        ..buyer()
    };
    assert_eq!(
        mistakes(&owner),
        [
            "/first_time_buyer not_allowed",
            "/annual_debt_service not_allowed"
        ]
    );
    let nothing = Draft {
        annual_debt_service: Some(0),
        ..buyer()
    };
    assert_eq!(situation(&nothing), situation(&buyer()), "no debts cost nothing");
    let rent = Draft {
        intent: Some("monthly_rent"),
        rate_type: None,
        term_years: None,
        ..buyer()
    };
    assert_eq!(mistakes(&rent), ["/monthly_rent required"]);
    let free = Draft {
        monthly_rent: Some(0),
        ..rent
    };
    assert_eq!(mistakes(&free), ["/monthly_rent out_of_range"]);
    let without_deposit = Draft {
        monthly_rent: Some(1),
        target_price: Some(0),
        ..rent
    };
    assert_eq!(situation(&without_deposit).rent(), 1);
}

#[test]
fn what_is_assumed_is_named() {
    let bare = Draft {
        monthly_income: Some(5_000_000),
        assets: Some(0),
        debts: Some(30_000_000),
        target_price: Some(300_000_000),
        intent: Some("sale"),
        region_code: Some(BUSAN),
        ..Draft::default()
    };
    let told = situation(&bare);
    assert_eq!(
        told.assumed,
        [
            "annual_debt_service",
            "interest_rate_bp",
            "rate_type",
            "term_years",
            "homes_owned"
        ]
    );
    // A fifth of it and 6 %, and one won for rounding.
    assert_eq!(told.annual_debt_service, 6_000_000 + 1_800_000 + 1);
    assert_eq!((told.interest_rate_bp, told.term_years), (425, Some(30)));
    assert_eq!(told.rate_type, Some(RateType::Variable));
    assert!(situation(&buyer()).assumed.is_empty());
    let lease = situation(&Draft {
        intent: Some("jeonse"),
        ..bare
    });
    assert_eq!(
        lease.assumed,
        ["annual_debt_service", "interest_rate_bp", "homes_owned"]
    );
    assert_eq!((lease.intent, lease.interest_rate_bp), (Intent::Jeonse, 400));
    assert_eq!((lease.rate_type, lease.term_years), (None, None));
}

#[test]
fn a_term_is_at_most_what_is_allowed_there() {
    let long = Draft {
        term_years: Some(40),
        ..buyer()
    };
    let capped = situation(&long);
    assert_eq!(
        (capped.term_years, capped.assumed),
        (Some(30), vec!["term_years"])
    );
    let elsewhere = situation(&Draft {
        region_code: Some(BUSAN),
        ..long
    });
    assert_eq!((elsewhere.term_years, elsewhere.assumed.len()), (Some(40), 0));
}
