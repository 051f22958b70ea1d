//! What buying or renting costs at its closing, besides the price.

use serde::Serialize;
use utoipa::ToSchema;

use super::WHOLE_BP;
use super::regulation::{
    ACQUISITION_STEPS, EDUCATION_TAX_HEAVY, EDUCATION_TAX_SHARE, FIRST_TIME_RELIEF, Fee, HEAVY_ACQUISITION,
    LEASE_FEES, RENT_TIMES, RURAL_TAX, RegionClass, SALE_FEES, VALUE_ADDED_TAX,
};
use super::situation::Situation;
use crate::signal::Intent;

/// In won. Taxes are zero for a lease.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClosingCosts {
    /// After what a first-time buyer is let off.
    pub acquisition_tax: i64,
    /// On the acquisition tax before that, which is the higher reading.
    pub local_education_tax: i64,
    /// For homes of more than 85 m².
    pub rural_development_tax: i64,
    /// The highest that the broker may ask.
    pub brokerage_fee: i64,
    /// On the broker's fee.
    pub value_added_tax: i64,
    /// All of them.
    pub total: i64,
}

/// The costs at a price (for a lease: a deposit) that need not be the situation's own.
pub fn closing_costs(situation: &Situation, price: i64, rent: i64) -> ClosingCosts {
    let costs = match situation.intent {
        Intent::Sale => taxes(situation, price),
        Intent::Jeonse | Intent::MonthlyRent => ClosingCosts::default(),
    };
    let brokerage_fee = match situation.intent {
        Intent::Sale => fee(&SALE_FEES, price),
        Intent::Jeonse | Intent::MonthlyRent => fee(&LEASE_FEES, lease_amount(price, rent)),
    };
    let value_added_tax = share(brokerage_fee, VALUE_ADDED_TAX);
    let taxes = costs.acquisition_tax + costs.local_education_tax + costs.rural_development_tax;
    ClosingCosts {
        brokerage_fee,
        value_added_tax,
        total: taxes + brokerage_fee + value_added_tax,
        ..costs
    }
}

fn taxes(situation: &Situation, price: i64) -> ClosingCosts {
    let homes = situation.homes_kept();
    let heavy = heavy_rate(situation.region_class(), homes);
    let rate = heavy.unwrap_or_else(|| ordinary_rate(price));
    let before_relief = share(price, rate);
    let (relief, up_to) = FIRST_TIME_RELIEF;
    let relieved = situation.first_time_buyer && price <= up_to;
    let acquisition_tax = if relieved {
        (before_relief - relief).max(0)
    } else {
        before_relief
    };
    let local_education_tax = match heavy {
        Some(_) => share(price, EDUCATION_TAX_HEAVY),
        None => share(before_relief, EDUCATION_TAX_SHARE),
    };
    let (ordinary, heavy_rural, heaviest) = RURAL_TAX;
    let rural = match heavy {
        None => ordinary,
        Some(rate) if rate < 1_200 => heavy_rural,
        Some(_) => heaviest,
    };
    ClosingCosts {
        acquisition_tax,
        local_education_tax,
        rural_development_tax: if situation.over_85_m2 {
            share(price, rural)
        } else {
            0
        },
        ..ClosingCosts::default()
    }
}

/// The heavier rate, if so many homes are kept there that it holds.
fn heavy_rate(class: RegionClass, homes: i64) -> Option<i64> {
    let holds = |(known, _, from): &&(RegionClass, i64, i64)| *known == class && homes >= *from;
    let rates = HEAVY_ACQUISITION.iter().filter(holds);
    rates.map(|(_, rate, _)| *rate).max()
}

/// In basis points; the middle of a step is rounded up (Local Tax Act, article 11 (1) 8 b: four decimals of the rate).
fn ordinary_rate(price: i64) -> i64 {
    let (low, high) = ACQUISITION_STEPS;
    if price <= low {
        100
    } else if price <= high {
        (price * 2 + 1_500_000) / 3_000_000 - 300
    } else {
        300
    }
}

fn lease_amount(deposit: i64, rent: i64) -> i64 {
    let (times, fewer, threshold) = RENT_TIMES;
    let amount = deposit.saturating_add(rent.saturating_mul(times));
    if amount < threshold {
        deposit.saturating_add(rent.saturating_mul(fewer))
    } else {
        amount
    }
}

fn fee(table: &[Fee], amount: i64) -> i64 {
    let row = table.iter().find(|row| amount < row.below);
    row.map_or(0, |row| share(amount, row.rate).min(row.most))
}

/// A share in basis points, rounded down to the whole won.
pub(super) fn share(amount: i64, rate: i64) -> i64 {
    let share = i128::from(amount) * i128::from(rate) / i128::from(WHOLE_BP);
    i64::try_from(share).unwrap_or(i64::MAX)
}
