//! Worked examples; those that `docs/affordability.md` shows are held to it by `page`.

use super::super::annuity::Annuity;
use super::super::{
    LimitedBy, Plan, PlanFailure, RawPlan, RawStep, RegionClass, Verdict, assess, closing_costs, facts,
};
use super::{BUSAN, Draft, GANGNAM, INCHEON, buyer, situation};
use crate::region::RegionCode;

/// The figures that every loan calculator shows: 300 million at 4 % and 100 million at 3.5 %, thirty years.
#[test]
fn an_annuity_is_what_calculators_show() {
    let annuity = Annuity::new(400, 360);
    assert_eq!(annuity.payment(300_000_000), 1_432_246);
    assert_eq!(Annuity::new(350, 360).payment(100_000_000), 449_045);
    let months: Vec<_> = annuity.schedule(300_000_000).collect();
    assert_eq!(months.len(), 360);
    assert_eq!((months[0].interest, months[0].principal), (1_000_000, 432_246));
    assert_eq!(Annuity::new(0, 360).payment(360_000_000), 1_000_000);
}

/// The FSC's example of 2025-10-15: an income of 100 million and a mortgage at 4 % over thirty years lose 86 million when the stress rate rises
/// from 1.5 to 3 points (from 587 to 501 million).
#[test]
fn stress_takes_what_the_announcement_says() {
    let month = 100_000_000 * 40 / 100 / 12;
    let before = Annuity::new(550, 360).loan(month);
    let after = Annuity::new(700, 360).loan(month);
    assert_eq!((before / 1_000_000, after / 1_000_000), (587, 501));
    let loan = assess(&situation(&Draft {
        target_price: Some(1_400_000_000),
        ..buyer()
    }))
    .loan;
    assert_eq!(loan.by_debt_service / 1_000_000, 501);
}

#[test]
fn a_flat_in_seoul_is_limited_by_its_value() {
    let told = assess(&situation(&buyer()));
    assert_eq!(told.region_class, RegionClass::Regulated);
    // 3 % and its tenth, 0.5 % and its tenth.
    assert_eq!(told.closing_costs.acquisition_tax, 30_000_000);
    assert_eq!(told.closing_costs.local_education_tax, 3_000_000);
    assert_eq!(told.closing_costs.brokerage_fee, 5_000_000);
    assert_eq!(told.closing_costs.value_added_tax, 500_000);
    assert_eq!(told.loan.needed, 538_500_000);
    assert_eq!(
        (told.loan.by_value, told.loan.by_cap),
        (400_000_000, Some(600_000_000))
    );
    assert_eq!(
        (told.loan.limit, told.loan.limited_by),
        (400_000_000, LimitedBy::LoanToValue)
    );
    assert_eq!(told.verdict, Verdict::ShortOfCash);
    assert_eq!(told.shortfall.cash, Some(138_500_000));
    assert_eq!(
        told.shortfall.monthly_income, None,
        "no income buys more than the value allows"
    );
    // 40 % of it are lent, so that 60 % and the costs are one's own; above 600 million the tax rises with the price.
    let price = told.largest_affordable_price.unwrap();
    assert_eq!(price, 794_167_636);
    let own = price - price * 40 / 100 + closing_costs(&situation(&buyer()), price, 0).total;
    assert_eq!(own, 500_000_000, "the largest price uses all of it");
}

#[test]
fn a_first_home_in_seoul_is_limited_by_income() {
    let told = assess(&situation(&Draft {
        first_time_buyer: Some(true),
        monthly_income: Some(5_000_000),
        assets: Some(300_000_000),
        target_price: Some(800_000_000),
        ..buyer()
    }));
    assert_eq!(told.loan.by_value, 560_000_000);
    // 2 million a month at 7 % over thirty years.
    assert_eq!(told.loan.by_debt_service, 300_615_135);
    assert_eq!(told.verdict, Verdict::ShortOfIncome);
    // 800 million: 2.33 % less 2 million; its tenth; 0.4 % and its tenth.
    assert_eq!(told.closing_costs.acquisition_tax, 18_640_000 - 2_000_000);
    assert_eq!(
        told.closing_costs.total,
        16_640_000 + 1_864_000 + 3_200_000 + 320_000
    );
    assert_eq!(told.loan.needed, 522_024_000);
    // 2 million a month are 40 % of 5 million: the planned loan takes all that the rule gives.
    assert_eq!(
        (told.stress_rate_bp, told.debt_service_ratio_bp),
        (300, Some(4_000))
    );
    assert_eq!(told.shortfall.cash, Some(522_024_000 - 300_615_135));
    let more = told.shortfall.monthly_income.unwrap();
    let enough = |income| {
        assess(&situation(&Draft {
            first_time_buyer: Some(true),
            monthly_income: Some(income),
            assets: Some(300_000_000),
            target_price: Some(800_000_000),
            ..buyer()
        }))
        .affordable
    };
    assert!(enough(5_000_000 + more) && !enough(5_000_000 + more - 1));
}

#[test]
fn a_jeonse_loan_costs_its_interest() {
    let told = assess(&situation(&Draft {
        monthly_income: Some(4_000_000),
        assets: Some(150_000_000),
        debts: Some(0),
        target_price: Some(400_000_000),
        intent: Some("jeonse"),
        region_code: Some(BUSAN),
        interest_rate_bp: Some(400),
        homes_owned: Some(0),
        monthly_upkeep: Some(150_000),
        ..Draft::default()
    }));
    // 0.3 % and its tenth.
    assert_eq!(told.closing_costs.total, 1_320_000);
    assert_eq!(told.loan.needed, 251_320_000);
    assert_eq!(
        (told.loan.by_value, told.loan.by_debt_service),
        (320_000_000, 480_000_000)
    );
    assert_eq!(told.monthly.loan_payment, 837_734);
    assert_eq!(told.monthly.housing, 987_734);
    assert_eq!(told.monthly.share_of_income_bp, Some(2_470));
    assert_eq!(told.verdict, Verdict::Comfortable);
    assert_eq!((told.stress_rate_bp, told.total_interest), (0, None));
    // 4 % of the loan are 10 052 800 a year, of 48 million; upkeep is no debt.
    assert_eq!(told.debt_service_ratio_bp, Some(2_095));
}

/// 300 million in Incheon over thirty years, as in `an_annuity_is_what_calculators_show`.
#[test]
fn total_interest_is_what_is_paid_beyond_the_loan() {
    let draft = Draft {
        region_code: Some(INCHEON),
        rate_type: Some("fixed"),
        ..buyer()
    };
    let costs = closing_costs(&situation(&draft), 1_000_000_000, 0).total;
    let told = assess(&situation(&Draft {
        assets: Some(700_000_000 + costs),
        ..draft
    }));
    assert_eq!(told.loan.planned, 300_000_000);
    assert_eq!(told.monthly.loan_payment, 1_432_246);
    // 360 payments without the loan, but for the last one, which is lower by what rounding paid too early: less than a won a month and its
    // interest, a few hundred won.
    let most = 360 * 1_432_246 - 300_000_000;
    let interest = told.total_interest.unwrap();
    assert!((most - 1_000..=most).contains(&interest), "{interest}");
    let free = Draft {
        interest_rate_bp: Some(0),
        ..draft
    };
    assert_eq!(assess(&situation(&free)).total_interest, Some(0));
}

#[test]
fn a_rent_counts_like_a_debt() {
    let draft = Draft {
        monthly_income: Some(3_000_000),
        assets: Some(12_000_000),
        debts: Some(10_000_000),
        annual_debt_service: Some(3_000_000),
        target_price: Some(10_000_000),
        monthly_rent: Some(700_000),
        intent: Some("monthly_rent"),
        region_code: Some(GANGNAM),
        homes_owned: Some(0),
        ..Draft::default()
    };
    let told = assess(&situation(&draft));
    // (10 + 100 × 0.7) million × 0.4 % would be 320 000; at most 300 000, and its tenth.
    assert_eq!(told.closing_costs.total, 330_000);
    assert_eq!(told.loan.needed, 0);
    // 8.4 and 3 of 36 million.
    assert_eq!(told.debt_service_ratio_bp, Some(3_167));
    assert_eq!(told.verdict, Verdict::Tight);
    // 40 % of 36 million without 3 million, a twelfth.
    assert_eq!(told.largest_affordable_rent, Some(950_000));
    let dearer = assess(&situation(&Draft {
        monthly_rent: Some(950_001),
        ..draft
    }));
    assert_eq!(dearer.verdict, Verdict::ShortOfIncome);
    assert_eq!(dearer.shortfall.cash, None, "no savings make up for income");
    assert_eq!(dearer.shortfall.monthly_income, Some(3));
    assert_eq!(dearer.largest_affordable_price, None);
}

#[test]
fn owners_borrow_less() {
    let value = |region, homes, sells| {
        let draft = Draft {
            region_code: Some(region),
            homes_owned: Some(homes),
            sells_home: Some(sells),
            ..buyer()
        };
        assess(&situation(&draft)).loan.by_value
    };
    assert_eq!(value(GANGNAM, 0, false), 400_000_000);
    assert_eq!(value(GANGNAM, 1, false), 0);
    assert_eq!(value(GANGNAM, 1, true), 400_000_000);
    assert_eq!(value(INCHEON, 0, false), 700_000_000);
    assert_eq!(value(INCHEON, 2, true), 0);
    assert_eq!(value(BUSAN, 1, false), 600_000_000);
    assert_eq!(value(BUSAN, 0, false), 700_000_000);
}

#[test]
fn a_place_has_its_class() {
    for (code, class) in [
        (GANGNAM, RegionClass::Regulated),
        ("4113510300", RegionClass::Regulated),
        ("4129010700", RegionClass::Regulated),
        ("4146310100", RegionClass::Capital),
        ("4111310100", RegionClass::Capital),
        // Whole cities: Seongnam is regulated everywhere, Suwon and Yongin in parts, Goyang nowhere.
        ("4113000000", RegionClass::Regulated),
        ("4111000000", RegionClass::Regulated),
        ("4146000000", RegionClass::Regulated),
        ("4128000000", RegionClass::Capital),
        ("4100000000", RegionClass::Capital),
        (INCHEON, RegionClass::Capital),
        (BUSAN, RegionClass::Elsewhere),
        ("5011010100", RegionClass::Elsewhere),
    ] {
        assert_eq!(
            RegionClass::of(&RegionCode::parse(code).unwrap()),
            class,
            "{code}"
        );
    }
}

#[test]
fn facts_are_numbers_and_words_of_ours() {
    let situation = situation(&buyer());
    let facts = facts(&situation, &assess(&situation));
    let value = |name: &str| {
        facts
            .iter()
            .find(|fact| fact.name == name)
            .map(|fact| fact.value.as_str())
    };
    assert_eq!(value("verdict"), Some("short_of_cash"));
    assert_eq!(value("missing_cash"), Some("138500000 won"));
    assert_eq!(value("interest_rate"), Some("4.00 %"));
    assert_eq!(value("missing_monthly_income"), None);
    assert_eq!((value("price"), value("deposit")), (Some("1000000000 won"), None));
    assert_eq!(
        (value("region_class"), value("homes_owned")),
        (Some("regulated"), Some("0"))
    );
    assert_eq!(
        (value("first_time_buyer"), value("sells_home")),
        (Some("no"), Some("no"))
    );
}

#[test]
fn a_plan_is_cleaned_and_bounded() {
    let step = |title: &str| RawStep {
        title: title.to_owned(),
        detail: "저축\u{0}하세요\u{202E}".to_owned(),
        within_months: Some(601),
    };
    let raw = RawPlan {
        summary: " 먼저 \u{7} 저축 ".to_owned(),
        steps: (0..20).map(|number| step(&format!("{number}\n단계"))).collect(),
        model: "model-1".to_owned(),
        ..RawPlan::default()
    };
    let plan = Plan::parse(&raw).unwrap();
    assert_eq!(plan.summary.as_str(), "먼저  저축");
    assert_eq!(plan.steps.len(), 12);
    assert_eq!(plan.steps[0].title.as_str(), "0 단계");
    assert_eq!(plan.steps[0].detail.as_str(), "저축하세요");
    assert_eq!(plan.steps[0].within_months, None);
    for broken in [
        RawPlan {
            summary: "\u{0}".to_owned(),
            ..raw.clone()
        },
        RawPlan {
            steps: Vec::new(),
            ..raw.clone()
        },
        RawPlan {
            summary: "가".repeat(2_001),
            ..raw.clone()
        },
        RawPlan {
            steps: vec![step("")],
            ..raw.clone()
        },
        RawPlan {
            model: String::new(),
            ..raw
        },
    ] {
        assert_eq!(Plan::parse(&broken), Err(PlanFailure::Malformed));
    }
}
