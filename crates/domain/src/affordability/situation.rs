//! What somebody tells of themselves and of the home, checked.

use std::ops::RangeInclusive;

use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::costs::share;
use super::regulation::{DEFAULT_TERM, OTHER_DEBTS, RateType, RegionClass, default_rate, longest_term};
use crate::field::{FieldCode, FieldError, Fields};
use crate::money::Won;
use crate::region::RegionCode;
use crate::schema;
use crate::signal::Intent;

/// Yearly rates in basis points, up to what the law lets a lender ask (Interest Limitation Act, 20 %).
const RATES: RangeInclusive<i64> = 0..=2_000;
/// Terms in years, up to the longest that anybody offers.
const TERMS: RangeInclusive<i64> = 1..=50;
/// Numbers of homes, up to more than matter to any rule.
const HOMES: RangeInclusive<i64> = 0..=100;

/// A request as a client sends it; see CON-6. Amounts are won.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    /// Before tax, of everybody who borrows.
    pub monthly_income: Option<i64>,
    /// What can be paid with: savings, a deposit that comes back.
    pub assets: Option<i64>,
    /// What is owed.
    pub debts: Option<i64>,
    /// What the debts cost in a year, principal and interest; estimated if absent.
    pub annual_debt_service: Option<i64>,
    /// The price of a sale, the deposit of a lease.
    pub target_price: Option<i64>,
    /// For a monthly rent.
    pub monthly_rent: Option<i64>,
    /// `sale`, `jeonse` or `monthly_rent`.
    pub intent: Option<&'a str>,
    /// Ten digits.
    pub region_code: Option<&'a str>,
    /// Yearly, in basis points.
    pub interest_rate_bp: Option<i64>,
    /// `variable` or `fixed`; for a sale.
    pub rate_type: Option<&'a str>,
    /// For a sale.
    pub term_years: Option<i64>,
    /// Homes that the household owns.
    pub homes_owned: Option<i64>,
    /// Whether one of them is sold for this.
    pub sells_home: Option<bool>,
    /// Whether nobody of the household ever owned one; for a sale.
    pub first_time_buyer: Option<bool>,
    /// Whether the home has more than 85 m²; for a sale.
    pub over_85_m2: Option<bool>,
    /// What the house costs in a month besides: management fees, heating.
    pub monthly_upkeep: Option<i64>,
}

/// The same, checked and complete: what was not told is what is assumed, and named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Situation {
    /// Before tax, of everybody who borrows.
    pub monthly_income: Won,
    /// What can be paid with.
    pub assets: Won,
    /// What is owed.
    pub debts: Won,
    /// What the debts cost in a year, principal and interest.
    pub annual_debt_service: i64,
    /// The price of a sale, the deposit of a lease.
    pub target_price: Won,
    /// Only for a monthly rent.
    #[schema(required)]
    pub monthly_rent: Option<Won>,
    /// What is to be done.
    pub intent: Intent,
    /// Where the home is.
    pub region_code: RegionCode,
    /// Yearly, in basis points.
    pub interest_rate_bp: i64,
    /// Only for a sale.
    #[schema(required)]
    pub rate_type: Option<RateType>,
    /// Only for a sale, and at most what is allowed there.
    #[schema(required)]
    pub term_years: Option<i64>,
    /// Homes that the household owns.
    pub homes_owned: i64,
    /// Whether one of them is sold for this.
    pub sells_home: bool,
    /// Whether nobody of the household ever owned one.
    pub first_time_buyer: bool,
    /// Whether the home has more than 85 m².
    pub over_85_m2: bool,
    /// What the house costs in a month besides.
    pub monthly_upkeep: Won,
    /// The fields whose values were assumed, or lowered to what is allowed.
    pub assumed: Vec<&'static str>,
}

impl Situation {
    /// Checks every field and reports all mistakes at once.
    ///
    /// # Errors
    /// One [`FieldError`] for each refused field.
    pub fn parse(draft: &Draft<'_>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new();
        let parsed = Self::collect(draft, &mut fields);
        fields.finish(parsed)
    }

    fn collect(draft: &Draft<'_>, fields: &mut Fields) -> Option<Self> {
        let monthly_income = fields.take("/monthly_income", won(draft.monthly_income));
        let assets = fields.take("/assets", won(draft.assets));
        let debts = fields.take("/debts", won(draft.debts));
        let service = optional_won(fields, "/annual_debt_service", draft.annual_debt_service);
        let intent = fields.take("/intent", text(draft.intent, Intent::parse));
        let target_price = fields.take("/target_price", price(draft.target_price, intent));
        let region_code = fields.take("/region_code", text(draft.region_code, RegionCode::parse));
        let monthly_rent = intent.and_then(|intent| rent(draft, intent, fields));
        let rate = draft.interest_rate_bp.map(|rate| within(rate, RATES));
        let rate = fields.take_optional("/interest_rate_bp", rate);
        let rate_type = fields.take_optional("/rate_type", draft.rate_type.map(parse_rate_type));
        let term = draft.term_years.map(|term| within(term, TERMS));
        let term = fields.take_optional("/term_years", term);
        let homes = draft.homes_owned.map(|homes| within(homes, HOMES));
        let homes = fields.take_optional("/homes_owned", homes);
        let upkeep = optional_won(fields, "/monthly_upkeep", draft.monthly_upkeep);
        check_agreement(draft, intent, fields);
        let situation = Self {
            monthly_income: monthly_income?,
            assets: assets?,
            debts: debts?,
            annual_debt_service: service.map_or(0, Won::amount),
            target_price: target_price?,
            monthly_rent: monthly_rent?,
            intent: intent?,
            region_code: region_code?,
            interest_rate_bp: rate.unwrap_or_default(),
            rate_type,
            term_years: term,
            homes_owned: homes.unwrap_or_default(),
            sells_home: draft.sells_home.unwrap_or_default(),
            first_time_buyer: draft.first_time_buyer.unwrap_or_default(),
            over_85_m2: draft.over_85_m2.unwrap_or_default(),
            monthly_upkeep: upkeep.unwrap_or(Won::ZERO),
            assumed: Vec::new(),
        };
        Some(situation.complete(draft))
    }

    /// Fills in what is assumed and names it.
    fn complete(mut self, draft: &Draft<'_>) -> Self {
        if draft.annual_debt_service.is_none() && self.debts > Won::ZERO {
            self.annual_debt_service = estimated_service(self.debts.amount());
            self.assumed.push("annual_debt_service");
        }
        if draft.interest_rate_bp.is_none() {
            self.interest_rate_bp = default_rate(self.intent);
            self.assumed.push("interest_rate_bp");
        }
        if self.intent == Intent::Sale {
            self.complete_mortgage();
        }
        if draft.homes_owned.is_none() {
            self.assumed.push("homes_owned");
        }
        self
    }

    fn complete_mortgage(&mut self) {
        if self.rate_type.is_none() {
            self.rate_type = Some(RateType::Variable);
            self.assumed.push("rate_type");
        }
        let longest = longest_term(self.region_class());
        let allowed = self.term_years.filter(|term| *term <= longest);
        if allowed.is_none() {
            self.assumed.push("term_years");
        }
        let wanted = self.term_years.unwrap_or(DEFAULT_TERM);
        self.term_years = Some(wanted.min(longest));
    }

    /// How strictly lending is regulated there.
    pub fn region_class(&self) -> RegionClass {
        RegionClass::of(&self.region_code)
    }

    /// Homes that stay with the household.
    pub fn homes_kept(&self) -> i64 {
        (self.homes_owned - i64::from(self.sells_home)).max(0)
    }

    /// Won a year, before tax.
    pub fn annual_income(&self) -> i64 {
        self.monthly_income.amount().saturating_mul(12)
    }

    /// Won a month; nothing unless it is a monthly rent.
    pub fn rent(&self) -> i64 {
        self.monthly_rent.map_or(0, Won::amount)
    }
}

/// Equal parts of the principal and a whole year's interest, rounded up: the first and dearest year.
fn estimated_service(debts: i64) -> i64 {
    let (years, rate) = OTHER_DEBTS;
    (debts + years - 1) / years + share(debts, rate) + 1
}

fn won(amount: Option<i64>) -> Result<Won, FieldCode> {
    amount.ok_or(FieldCode::Required).and_then(Won::parse)
}

fn optional_won(fields: &mut Fields, pointer: &str, amount: Option<i64>) -> Option<Won> {
    fields.take_optional(pointer, amount.map(Won::parse))
}

fn text<T>(raw: Option<&str>, parse: impl FnOnce(&str) -> Result<T, FieldCode>) -> Result<T, FieldCode> {
    raw.ok_or(FieldCode::Required).and_then(parse)
}

/// A rent may go without a deposit; nothing else is for nothing.
fn price(amount: Option<i64>, intent: Option<Intent>) -> Result<Won, FieldCode> {
    let price = won(amount)?;
    if price == Won::ZERO && intent != Some(Intent::MonthlyRent) {
        return Err(FieldCode::OutOfRange);
    }
    Ok(price)
}

fn rent(draft: &Draft<'_>, intent: Intent, fields: &mut Fields) -> Option<Option<Won>> {
    let rent = match (intent, draft.monthly_rent) {
        (Intent::MonthlyRent, None) => Err(FieldCode::Required),
        (Intent::MonthlyRent, Some(rent)) => within(rent, 1..=i64::MAX).and_then(Won::parse).map(Some),
        (_, Some(_)) => Err(FieldCode::NotAllowed),
        (_, None) => Ok(None),
    };
    fields.take("/monthly_rent", rent)
}

fn within(value: i64, bounds: RangeInclusive<i64>) -> Result<i64, FieldCode> {
    if bounds.contains(&value) {
        Ok(value)
    } else {
        Err(FieldCode::OutOfRange)
    }
}

fn parse_rate_type(raw: &str) -> Result<RateType, FieldCode> {
    match raw {
        "variable" => Ok(RateType::Variable),
        "fixed" => Ok(RateType::Fixed),
        _ => Err(FieldCode::UnknownValue),
    }
}

/// What contradicts something else.
fn check_agreement(draft: &Draft<'_>, intent: Option<Intent>, fields: &mut Fields) {
    let lease = matches!(intent, Some(Intent::Jeonse | Intent::MonthlyRent));
    let owns = draft.homes_owned.is_some_and(|homes| homes > 0);
    let contradictions = [
        ("/rate_type", lease && draft.rate_type.is_some()),
        ("/term_years", lease && draft.term_years.is_some()),
        ("/over_85_m2", lease && draft.over_85_m2 == Some(true)),
        (
            "/first_time_buyer",
            draft.first_time_buyer == Some(true) && (lease || owns),
        ),
        ("/sells_home", draft.sells_home == Some(true) && !owns),
        (
            "/annual_debt_service",
            draft.debts == Some(0) && draft.annual_debt_service.is_some_and(|service| service > 0),
        ),
    ];
    for (pointer, wrong) in contradictions {
        if wrong {
            fields.refuse(pointer, FieldCode::NotAllowed);
        }
    }
}

/// The schema of a yearly rate.
#[derive(Debug)]
pub struct InterestRate;

impl PartialSchema for InterestRate {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::integer(RATES), "A yearly rate in basis points.")
    }
}

impl ToSchema for InterestRate {}

/// The schema of a term.
#[derive(Debug)]
pub struct TermYears;

impl PartialSchema for TermYears {
    fn schema() -> RefOr<Schema> {
        schema::described(
            schema::integer(TERMS),
            "The years over which a mortgage is paid back.",
        )
    }
}

impl ToSchema for TermYears {}

/// The schema of a number of homes.
#[derive(Debug)]
pub struct Homes;

impl PartialSchema for Homes {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::integer(HOMES), "A number of homes.")
    }
}

impl ToSchema for Homes {}
