//! What holds for everybody (CON-6).

use proptest::prelude::*;

use super::super::annuity::Annuity;
use super::super::{Assessment, LimitedBy, Verdict, assess, closing_costs};
use super::{BUSAN, Draft, GANGNAM, INCHEON, situation};

const MOST: i64 = 10_000_000_000_000;

/// Amounts of every size, the extremes among them.
fn amount(most: i64) -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        1 => Just(most),
        4 => 0..=most,
        8 => (0_u32..14, 1_i64..10_000).prop_map(move |(zeros, digits)| {
            10_i64.pow(zeros).saturating_mul(digits).min(most)
        }),
        8 => (0_i64..300).prop_map(move |tens| (tens * 10_000_000).min(most)),
    ]
}

prop_compose! {
    fn money()(
        monthly_income in amount(MOST),
        assets in amount(MOST),
        debts in amount(MOST),
        service in prop::option::of(amount(MOST)),
        target_price in amount(MOST),
        monthly_rent in amount(MOST),
        upkeep in prop::option::of(amount(MOST)),
    ) -> Draft<'static> {
        Draft {
            monthly_income: Some(monthly_income),
            assets: Some(assets),
            debts: Some(debts),
            annual_debt_service: service.filter(|_| debts > 0),
            target_price: Some(target_price.max(1)),
            monthly_rent: Some(monthly_rent.max(1)),
            monthly_upkeep: upkeep,
            ..Draft::default()
        }
    }
}

prop_compose! {
    /// Anybody who may ask.
    fn anybody()(
        money in money(),
        intent in prop::sample::select(vec!["sale", "jeonse", "monthly_rent"]),
        region in prop::sample::select(vec![GANGNAM, INCHEON, BUSAN]),
        rate in prop::option::of(0_i64..=2_000),
        term in prop::option::of(1_i64..=50),
        fixed in any::<bool>(),
        homes in 0_i64..4,
        yes in any::<[bool; 3]>(),
    ) -> Draft<'static> {
        let sale = intent == "sale";
        Draft {
            intent: Some(intent),
            region_code: Some(region),
            monthly_rent: money.monthly_rent.filter(|_| intent == "monthly_rent"),
            interest_rate_bp: rate,
            term_years: term.filter(|_| sale),
            rate_type: Some(if fixed { "fixed" } else { "variable" }).filter(|_| sale),
            homes_owned: Some(homes),
            sells_home: Some(yes[0] && homes > 0),
            first_time_buyer: Some(yes[1] && homes == 0 && sale),
            over_85_m2: Some(yes[2] && sale),
            ..money
        }
    }
}

fn judge(draft: &Draft<'_>) -> Assessment {
    assess(&situation(draft))
}

/// From the best to the worst.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Comfortable => 0,
        Verdict::Tight => 1,
        Verdict::ShortOfCash | Verdict::ShortOfIncome => 2,
    }
}

proptest! {
    #[test]
    fn never_better_at_a_higher_price(draft in anybody(), more in amount(MOST)) {
        let dearer = Draft { target_price: draft.target_price.map(|price| (price + more).min(MOST)), ..draft };
        let (low, high) = (judge(&draft), judge(&dearer));
        prop_assert!(rank(low.verdict) <= rank(high.verdict), "{:?} {:?}", low, high);
        prop_assert!(low.shortfall.cash <= high.shortfall.cash);
    }

    #[test]
    fn never_better_at_a_higher_rate(draft in anybody(), low in 0_i64..=2_000, high in 0_i64..=2_000) {
        let at = |rate| judge(&Draft { interest_rate_bp: Some(rate), ..draft });
        let (low, high) = (at(low.min(high)), at(low.max(high)));
        prop_assert!(rank(low.verdict) <= rank(high.verdict));
        prop_assert!(low.loan.limit >= high.loan.limit);
        prop_assert!(low.largest_affordable_price >= high.largest_affordable_price);
    }

    #[test]
    fn never_worse_with_more_income(draft in anybody(), more in amount(MOST)) {
        let richer = Draft { monthly_income: draft.monthly_income.map(|income| (income + more).min(MOST)), ..draft };
        let (poor, rich) = (judge(&draft), judge(&richer));
        prop_assert!(rank(rich.verdict) <= rank(poor.verdict));
        prop_assert!(rich.loan.limit >= poor.loan.limit);
        prop_assert!(rich.largest_affordable_price >= poor.largest_affordable_price);
        prop_assert!(rich.largest_affordable_rent >= poor.largest_affordable_rent);
    }

    #[test]
    fn never_worse_with_more_assets(draft in anybody(), more in amount(MOST)) {
        let richer = Draft { assets: draft.assets.map(|assets| (assets + more).min(MOST)), ..draft };
        let (poor, rich) = (judge(&draft), judge(&richer));
        prop_assert!(rank(rich.verdict) <= rank(poor.verdict));
        prop_assert!(rich.largest_affordable_price >= poor.largest_affordable_price);
    }

    #[test]
    fn the_largest_price_is_where_the_verdict_turns(draft in anybody(), price in amount(MOST)) {
        let largest = judge(&draft).largest_affordable_price;
        let at = |price: i64| judge(&Draft { target_price: Some(price), ..draft }).affordable;
        let price = price.max(1);
        prop_assert_eq!(at(price), largest.is_some_and(|largest| price <= largest));
        if let Some(largest) = largest {
            prop_assert!(largest == 0 || at(largest));
            prop_assert!(largest == MOST || !at(largest + 1));
        }
    }

    #[test]
    fn the_largest_rent_is_where_the_verdict_turns(draft in anybody(), rent in amount(MOST)) {
        let draft = Draft {
            intent: Some("monthly_rent"), monthly_rent: Some(rent.max(1)), term_years: None, rate_type: None,
            first_time_buyer: None, over_85_m2: None, ..draft
        };
        let told = judge(&draft);
        prop_assert_eq!(told.affordable, told.largest_affordable_rent.is_some_and(|largest| rent.max(1) <= largest));
    }

    #[test]
    fn what_is_missing_is_enough_and_not_too_much(draft in anybody()) {
        let told = judge(&draft);
        let with_cash = |more: i64| Draft { assets: draft.assets.map(|assets| assets + more), ..draft };
        let with_income = |more: i64| Draft { monthly_income: draft.monthly_income.map(|income| income + more), ..draft };
        prop_assert_eq!(told.affordable, told.shortfall.cash == Some(0));
        prop_assert_eq!(told.affordable, told.shortfall.monthly_income == Some(0));
        for (missing, with) in [
            (told.shortfall.cash, &with_cash as &dyn Fn(i64) -> Draft<'static>),
            (told.shortfall.monthly_income, &with_income),
        ] {
            let Some(missing) = missing.filter(|missing| *missing > 0) else { continue };
            // More than anybody may have cannot be tried.
            for (more, enough) in [(missing - 1, false), (missing, true)] {
                if let Ok(situation) = super::Situation::parse(&with(more)) {
                    prop_assert_eq!(assess(&situation).affordable, enough);
                }
            }
        }
    }

    #[test]
    fn nothing_overflows_and_sums_agree(draft in anybody()) {
        let told = judge(&draft);
        let costs = told.closing_costs;
        let parts = [costs.acquisition_tax, costs.local_education_tax, costs.rural_development_tax, costs.brokerage_fee, costs.value_added_tax];
        prop_assert!(parts.iter().all(|part| *part >= 0));
        prop_assert_eq!(parts.iter().sum::<i64>(), costs.total);
        prop_assert_eq!(told.loan.planned, told.loan.needed.min(told.loan.limit));
        prop_assert_eq!(told.cash_needed, draft.target_price.unwrap() + costs.total - told.loan.planned);
        prop_assert_eq!(told.monthly.housing, told.monthly.loan_payment + told.monthly.rent + told.monthly.upkeep);
        prop_assert!(told.loan.limit >= 0 && told.cash_needed >= 0 && told.monthly.loan_payment >= 0);
        let loan = told.loan;
        prop_assert_eq!(loan.limit, loan.by_value.min(loan.by_debt_service).min(loan.by_cap.unwrap_or(MOST)));
        prop_assert_eq!(Some(loan.limit), match loan.limited_by {
            LimitedBy::LoanToValue => Some(loan.by_value),
            LimitedBy::Cap => loan.by_cap,
            LimitedBy::DebtService => Some(loan.by_debt_service),
        });
        // The planned loan keeps to the limit of debt service, unless debts and rent are beyond it by themselves.
        let debts_alone = judge(&Draft { assets: Some(MOST), target_price: Some(1), ..draft }).debt_service_ratio_bp;
        if let (Some(ratio), Some(alone)) = (told.debt_service_ratio_bp, debts_alone) {
            prop_assert!(ratio <= 4_000.max(alone), "{:?}", told);
        }
    }

    /// Costs are rounded up: the least number of whole won, or of basis points, that is enough.
    #[test]
    fn what_has_to_be_paid_is_rounded_up(draft in anybody()) {
        let (situation, told) = (situation(&draft), judge(&draft));
        let is_least = |rounded: i64, whole: i64, part: i128| {
            let of = |number: i64| i128::from(number) * i128::from(whole);
            of(rounded) >= part && of(rounded - 1) < part
        };
        let monthly = told.monthly;
        prop_assert!(is_least(monthly.existing_debts, 12, situation.annual_debt_service.into()), "{:?}", monthly);
        let sale = draft.intent == Some("sale");
        prop_assert_eq!(told.total_interest.is_some(), sale);
        if !sale {
            let interest = i128::from(told.loan.planned) * i128::from(situation.interest_rate_bp);
            prop_assert!(is_least(monthly.loan_payment, 120_000, interest), "{:?}", monthly);
        }
        if let Some(share) = monthly.share_of_income_bp {
            let yearly = i128::from(monthly.housing) * 12 + i128::from(situation.annual_debt_service);
            prop_assert!(is_least(share, situation.annual_income(), yearly * 10_000), "{:?}", monthly);
        }
    }

    #[test]
    fn costs_never_fall_as_the_price_rises(draft in anybody(), price in amount(MOST), more in amount(2_000_000_000)) {
        let situation = situation(&draft);
        let rent = situation.rent();
        let cost = |price, rent| closing_costs(&situation, price, rent).total;
        prop_assert!(cost(price, rent) <= cost(price.saturating_add(more).min(MOST), rent));
        prop_assert!(cost(price, rent) <= cost(price, rent.saturating_add(more).min(MOST)));
    }

    #[test]
    fn payments_pay_the_loan_back(loan in amount(MOST), rate in 0_i64..=2_300, months in 1_i64..=600) {
        let annuity = Annuity::new(rate, months);
        let payment = annuity.payment(loan);
        prop_assert!(payment.saturating_mul(months) >= loan);
        let schedule: Vec<_> = annuity.schedule(loan).collect();
        prop_assert!(i64::try_from(schedule.len()).unwrap() <= months);
        let sum = |part: fn(&super::super::annuity::Month) -> i64| schedule.iter().map(part).sum::<i64>();
        prop_assert_eq!(sum(|month| month.principal), loan);
        prop_assert_eq!(sum(|month| month.payment), loan + sum(|month| month.interest));
        prop_assert!(schedule.iter().all(|month| month.payment <= payment && month.principal > 0));
        // All full payments but the last, which is what rounding leaves: payments are at most a won too high each.
        let total = i128::from(sum(|month| month.payment));
        let full = i128::from(payment) * i128::from(months);
        let drift = i128::from(months) * (growth(rate, months) + 2);
        prop_assert!(total <= full && full - total <= drift + i128::from(payment), "{} {}", total, full);
    }

    #[test]
    fn loan_and_payment_are_each_others_inverse(loan in amount(MOST), payment in amount(MOST), rate in 0_i64..=2_300, months in 1_i64..=600) {
        let annuity = Annuity::new(rate, months);
        let largest = annuity.loan(payment);
        prop_assert_eq!(annuity.payment(loan) <= payment, loan <= largest);
        prop_assert!(annuity.loan(annuity.payment(loan)) >= loan);
    }

    #[test]
    fn payments_rise_with_the_rate_and_fall_with_the_term(loan in amount(MOST), rate in 0_i64..2_300, months in 1_i64..600) {
        let payment = Annuity::new(rate, months).payment(loan);
        prop_assert!(payment <= Annuity::new(rate + 1, months).payment(loan));
        prop_assert!(payment >= Annuity::new(rate, months + 1).payment(loan));
    }

    /// Against the closed formula in floating point, which is exact to some fifteen digits.
    #[test]
    fn a_payment_is_what_the_closed_formula_says(loan in 1_i64..=100_000_000_000, rate in 1_i64..=2_300, months in 1_i64..=600) {
        let monthly = rate as f64 / 120_000.0;
        let exact = loan as f64 * monthly / (1.0 - (1.0 + monthly).powi(-(months as i32)));
        let payment = Annuity::new(rate, months).payment(loan) as f64;
        prop_assert!(payment >= exact - 0.01 - exact * 1e-12 && payment <= exact + 1.01 + exact * 1e-12, "{} {}", payment, exact);
    }
}

/// How much a won that was paid too early has grown at the end.
fn growth(rate: i64, months: i64) -> i128 {
    let monthly = rate as f64 / 120_000.0;
    (1.0 + monthly).powi(months as i32).ceil() as i128
}
