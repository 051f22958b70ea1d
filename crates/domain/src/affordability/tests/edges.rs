//! Where an answer turns: ties, nothing at all, the last won that is allowed.

use super::super::{LimitedBy, Verdict, assess};
use super::{BUSAN, Draft, GANGNAM, INCHEON, buyer, situation};

#[test]
fn the_cap_limits_what_the_value_would_allow() {
    let told = |price| {
        assess(&situation(&Draft {
            region_code: Some(INCHEON),
            monthly_income: Some(100_000_000),
            target_price: Some(price),
            ..buyer()
        }))
    };
    // 70 % of the price, and 600 million up to 1.5 billion: a price of 800 million allows 560 million, one of 900 million 630.
    let (by_value, by_cap) = (told(800_000_000).loan, told(900_000_000).loan);
    assert_eq!(
        (by_value.limit, by_value.limited_by),
        (560_000_000, LimitedBy::LoanToValue)
    );
    assert_eq!((by_cap.limit, by_cap.limited_by), (600_000_000, LimitedBy::Cap));
    assert_eq!((by_cap.by_value, by_cap.by_cap), (630_000_000, Some(600_000_000)));
}

#[test]
fn income_is_short_only_where_more_of_it_would_raise_the_limit() {
    // 40 % of 30 million a year are 12 million, the interest of 400 million at 3 %; 80 % of the deposit are as much.
    let draft = Draft {
        monthly_income: Some(2_500_000),
        assets: Some(50_000_000),
        debts: Some(0),
        target_price: Some(500_000_000),
        intent: Some("jeonse"),
        region_code: Some(GANGNAM),
        interest_rate_bp: Some(300),
        ..Draft::default()
    };
    let even = assess(&situation(&draft));
    assert_eq!(
        (even.loan.by_value, even.loan.by_debt_service),
        (400_000_000, 400_000_000)
    );
    assert_eq!(even.loan.limited_by, LimitedBy::LoanToValue);
    assert_eq!(
        (even.verdict, even.shortfall.monthly_income),
        (Verdict::ShortOfCash, None)
    );
    let poorer = assess(&situation(&Draft {
        monthly_income: Some(2_499_999),
        ..draft
    }));
    assert_eq!(poorer.loan.limited_by, LimitedBy::DebtService);
    assert_eq!(poorer.verdict, Verdict::ShortOfIncome);
}

#[test]
fn any_income_bears_a_loan_for_a_deposit_without_interest() {
    let told = assess(&situation(&Draft {
        monthly_income: Some(0),
        assets: Some(102_000_000),
        debts: Some(0),
        target_price: Some(500_000_000),
        intent: Some("jeonse"),
        region_code: Some(BUSAN),
        interest_rate_bp: Some(0),
        ..Draft::default()
    }));
    // 80 % are lent; the rest and a fee of 1.65 million are there.
    assert_eq!(
        (told.loan.limit, told.loan.limited_by),
        (400_000_000, LimitedBy::LoanToValue)
    );
    assert_eq!((told.affordable, told.monthly.loan_payment), (true, 0));
}

#[test]
fn without_income_only_what_costs_nothing_is_comfortable() {
    let draft = Draft {
        monthly_income: Some(0),
        assets: Some(2_000_000_000),
        ..buyer()
    };
    let bought = assess(&situation(&draft));
    assert_eq!(
        (bought.verdict, bought.monthly.share_of_income_bp),
        (Verdict::Comfortable, None)
    );
    let kept_up = Draft {
        monthly_upkeep: Some(1),
        ..draft
    };
    assert_eq!(assess(&situation(&kept_up)).verdict, Verdict::Tight);
}

#[test]
fn up_to_three_tenths_of_income_are_comfortable() {
    let verdict = |monthly_rent| {
        let told = assess(&situation(&Draft {
            monthly_income: Some(3_000_000),
            assets: Some(12_000_000),
            debts: Some(0),
            target_price: Some(10_000_000),
            monthly_rent: Some(monthly_rent),
            intent: Some("monthly_rent"),
            region_code: Some(GANGNAM),
            ..Draft::default()
        }));
        (told.verdict, told.monthly.share_of_income_bp)
    };
    assert_eq!(verdict(900_000), (Verdict::Comfortable, Some(3_000)));
    assert_eq!(verdict(900_001), (Verdict::Tight, Some(3_001)));
}

#[test]
fn a_rent_may_go_without_a_deposit_and_nothing_else_is_for_nothing() {
    // 40 % of a million are the rent. The fee is 0.5 % of seventy rents, 140 000, and its tenth.
    let rent = Draft {
        monthly_income: Some(1_000_000),
        assets: Some(154_000),
        debts: Some(0),
        target_price: Some(0),
        monthly_rent: Some(400_000),
        intent: Some("monthly_rent"),
        region_code: Some(GANGNAM),
        ..Draft::default()
    };
    let largest = |draft| assess(&situation(&draft)).largest_affordable_price;
    assert_eq!(largest(rent), Some(0));
    let short = Draft {
        assets: Some(153_999),
        ..rent
    };
    assert_eq!(largest(short), None);
    let penniless = Draft {
        assets: Some(0),
        ..buyer()
    };
    assert_eq!(largest(penniless), None);
}
