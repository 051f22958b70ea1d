//! Taxes and fees, worked out by hand from their tables.

use super::super::closing_costs;
use super::{BUSAN, Draft, INCHEON, buyer, situation};

#[test]
fn taxes_and_fees_follow_their_tables() {
    let cost = |price: i64, change: fn(&mut Draft<'_>)| {
        let mut draft = buyer();
        change(&mut draft);
        closing_costs(&situation(&draft), price, 0)
    };
    let tax = |price| cost(price, |_| {}).acquisition_tax;
    for (price, expected) in [
        (500_000_000, 5_000_000),
        (600_000_000, 6_000_000),
        (700_000_000, 11_690_000),
        (750_000_000, 15_000_000),
        (900_000_000, 27_000_000),
        (900_000_001, 27_000_000),
    ] {
        assert_eq!(tax(price), expected, "{price}");
    }
    let second = cost(1_000_000_000, |draft| draft.homes_owned = Some(1));
    assert_eq!(
        (second.acquisition_tax, second.local_education_tax),
        (80_000_000, 4_000_000)
    );
    let third = cost(1_000_000_000, |draft| draft.homes_owned = Some(2));
    assert_eq!(third.acquisition_tax, 120_000_000);
    let moving = cost(1_000_000_000, |draft| {
        draft.homes_owned = Some(1);
        draft.sells_home = Some(true);
    });
    assert_eq!(moving.acquisition_tax, 30_000_000);
    for (region, homes, expected) in [
        (BUSAN, 1, 30_000_000),
        (INCHEON, 2, 80_000_000),
        (BUSAN, 3, 120_000_000),
    ] {
        let draft = Draft {
            region_code: Some(region),
            homes_owned: Some(homes),
            ..buyer()
        };
        let costs = closing_costs(&situation(&draft), 1_000_000_000, 0);
        assert_eq!(costs.acquisition_tax, expected, "{region} {homes}");
    }
    let large = |homes| {
        let draft = Draft {
            homes_owned: Some(homes),
            over_85_m2: Some(true),
            ..buyer()
        };
        closing_costs(&situation(&draft), 1_000_000_000, 0).rural_development_tax
    };
    assert_eq!(
        [large(0), large(1), large(2), large(3)],
        [2_000_000, 6_000_000, 10_000_000, 10_000_000]
    );
    assert_eq!(second.rural_development_tax, 0);
    for (price, expected) in [
        (40_000_000, 240_000),
        (49_000_000, 250_000),
        (170_000_000, 800_000),
        (899_999_999, 3_599_999),
        (900_000_000, 4_500_000),
        (1_000_000_000, 5_000_000),
        (1_500_000_000, 10_500_000),
    ] {
        assert_eq!(cost(price, |_| {}).brokerage_fee, expected, "{price}");
    }
}

/// A rent counts a hundred times, or seventy times where that would be below 50 million.
#[test]
fn a_fee_for_a_lease_follows_its_table() {
    let fee = |deposit, rent| {
        let draft = Draft {
            intent: Some("monthly_rent"),
            monthly_rent: Some(1),
            rate_type: None,
            term_years: None,
            ..buyer()
        };
        closing_costs(&situation(&draft), deposit, rent).brokerage_fee
    };
    for (deposit, rent, expected) in [
        // 49.99 million, so 38 million less 7 thousand at 0.5 %.
        (10_000_000, 399_900, 189_965),
        // 50 million at 0.4 %.
        (10_000_000, 400_000, 200_000),
        // 45 million at 0.5 %, at most 200 000; 80 million at 0.4 %, at most 300 000.
        (45_000_000, 1, 200_000),
        (80_000_000, 0, 300_000),
        // 100 million at 0.3 %, 600 million at 0.4 %.
        (0, 1_000_000, 300_000),
        (600_000_000, 0, 2_400_000),
        (1_500_000_000, 0, 9_000_000),
    ] {
        assert_eq!(fee(deposit, rent), expected, "{deposit} {rent}");
    }
}
