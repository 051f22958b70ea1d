//! Reality checks (CON-6).

mod costs;
mod edges;
mod examples;
mod fields;
mod page;
mod properties;

use super::{Draft, Situation};

/// Ten digits in each class of region.
const GANGNAM: &str = "1168010100";
const INCHEON: &str = "2818510600";
const BUSAN: &str = "2611010100";

/// Somebody without a home and without debts, who earns 100 million a year and looks at a flat in Seoul for a billion.
fn buyer() -> Draft<'static> {
    Draft {
        monthly_income: Some(8_333_334),
        assets: Some(500_000_000),
        debts: Some(0),
        target_price: Some(1_000_000_000),
        intent: Some("sale"),
        region_code: Some(GANGNAM),
        interest_rate_bp: Some(400),
        term_years: Some(30),
        homes_owned: Some(0),
        rate_type: Some("variable"),
        ..Draft::default()
    }
}

fn situation(draft: &Draft<'_>) -> Situation {
    Situation::parse(draft).unwrap()
}
