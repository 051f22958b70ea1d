//! The judgement.

use serde::Serialize;
use utoipa::ToSchema;

use super::WHOLE_BP;
use super::annuity::Annuity;
use super::capacity::{Attempt, Capacity, LimitedBy, Outcome, interest, largest, months, stress_of};
use super::costs::ClosingCosts;
use super::regulation::{AS_OF, COMFORTABLE, RegionClass};
use super::situation::Situation;
use crate::field::FieldCode;
use crate::money::Won;
use crate::signal::Intent;

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It can be paid, and housing and debts take at most 30 % of income.
    Comfortable,
    /// It can be paid, and they take more.
    Tight,
    /// Too little money: more than may be borrowed on such a home is missing.
    ShortOfCash,
    /// Too little income for the loan or the rent.
    ShortOfIncome,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [
        Self::Comfortable,
        Self::Tight,
        Self::ShortOfCash,
        Self::ShortOfIncome,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Tight => "tight",
            Self::ShortOfCash => "short_of_cash",
            Self::ShortOfIncome => "short_of_income",
        }
    }

    /// Reads the stored spelling.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == raw)
            .ok_or(FieldCode::UnknownValue)
    }

    /// Whether it can be paid.
    pub const fn is_affordable(self) -> bool {
        matches!(self, Self::Comfortable | Self::Tight)
    }
}

/// How far it falls short: what would be enough by itself. Zero where it does not fall short, `None` where no amount of it is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shortfall {
    /// Won that are missing at once.
    #[schema(required)]
    pub cash: Option<i64>,
    /// Won a month, before tax, that are missing for good.
    #[schema(required)]
    pub monthly_income: Option<i64>,
}

/// What is borrowed, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Loan {
    /// The loan without which it cannot be paid.
    pub needed: i64,
    /// The largest loan that is allowed.
    pub limit: i64,
    /// The smaller of the two; what payments are computed from.
    pub planned: i64,
    /// Which rule makes the limit.
    pub limited_by: LimitedBy,
    /// What may be lent on such a price or deposit.
    pub by_value: i64,
    /// The largest loan, whatever the price; `None` where there is none.
    #[schema(required)]
    pub by_cap: Option<i64>,
    /// What income bears.
    pub by_debt_service: i64,
}

/// What it costs in a month, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MonthlyBurden)]
pub struct Monthly {
    /// Principal and interest of a mortgage, the interest of a loan for a deposit.
    pub loan_payment: i64,
    /// The rent.
    pub rent: i64,
    /// What was told.
    pub upkeep: i64,
    /// The three together.
    pub housing: i64,
    /// Of debts that are there.
    pub existing_debts: i64,
    /// Housing and debts, in basis points of income; `None` without income.
    #[schema(required)]
    pub share_of_income_bp: Option<i64>,
}

/// The whole of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assessment {
    /// In one word.
    pub verdict: Verdict,
    /// Whether it can be paid.
    pub affordable: bool,
    /// How far it falls short.
    pub shortfall: Shortfall,
    /// The highest price (for a lease: deposit) that can be paid; `None` if none can.
    #[schema(required)]
    pub largest_affordable_price: Option<i64>,
    /// The highest rent that can be paid with this deposit; `None` if none can, or if there is none to pay.
    #[schema(required)]
    pub largest_affordable_rent: Option<i64>,
    /// How strictly lending is regulated there.
    pub region_class: RegionClass,
    /// What is borrowed.
    pub loan: Loan,
    /// What is paid besides the price.
    pub closing_costs: ClosingCosts,
    /// What is paid at once out of one's own: price and costs without the planned loan.
    pub cash_needed: i64,
    /// What it costs in a month.
    pub monthly: Monthly,
    /// What is compared with the limit of debt service: debts, the planned loan and the rent, in basis points of income; `None` without income.
    #[schema(required)]
    pub debt_service_ratio_bp: Option<i64>,
    /// What was added to the rate for that.
    pub stress_rate_bp: i64,
    /// All interest of a mortgage over its term; `None` for a lease.
    #[schema(required)]
    pub total_interest: Option<i64>,
    /// As of when the rules are.
    pub rules_as_of: &'static str,
}

/// Judges a situation.
pub fn assess(situation: &Situation) -> Assessment {
    let capacity = Capacity::new(situation);
    let own = capacity.own_attempt();
    let outcome = capacity.judge(own);
    let planned = outcome.needed.min(outcome.limit);
    let monthly = monthly(situation, planned);
    let judged = capacity
        .yearly_cost(planned)
        .saturating_add(situation.annual_debt_service)
        .saturating_add(own.rent.saturating_mul(12));
    let to_pay = own.price.saturating_add(outcome.costs.total);
    let verdict = verdict(&outcome, &monthly);
    Assessment {
        verdict,
        affordable: verdict.is_affordable(),
        shortfall: shortfall(&capacity, own, &outcome),
        largest_affordable_price: largest_price(&capacity, own),
        largest_affordable_rent: largest_rent(&capacity, own),
        region_class: capacity.class,
        loan: Loan {
            needed: outcome.needed,
            limit: outcome.limit,
            planned,
            limited_by: outcome.limited_by,
            by_value: outcome.by_value,
            by_cap: outcome.by_cap,
            by_debt_service: outcome.by_debt_service,
        },
        closing_costs: outcome.costs,
        cash_needed: to_pay - planned,
        monthly,
        debt_service_ratio_bp: ratio(judged, situation.annual_income()),
        stress_rate_bp: stress_of(situation),
        total_interest: total_interest(situation, planned),
        rules_as_of: AS_OF,
    }
}

fn verdict(outcome: &Outcome, monthly: &Monthly) -> Verdict {
    if outcome.holds() {
        let costs = monthly.housing.saturating_add(monthly.existing_debts);
        let comfortable = monthly
            .share_of_income_bp
            .map_or(costs == 0, |share| share <= COMFORTABLE);
        return if comfortable {
            Verdict::Comfortable
        } else {
            Verdict::Tight
        };
    }
    if !outcome.rent_fits || outcome.limited_by == LimitedBy::DebtService {
        Verdict::ShortOfIncome
    } else {
        Verdict::ShortOfCash
    }
}

fn shortfall(capacity: &Capacity<'_>, own: Attempt, outcome: &Outcome) -> Shortfall {
    let cash = (outcome.needed - outcome.limit).max(0);
    let holds = |monthly_income| {
        capacity
            .judge(Attempt {
                monthly_income,
                ..own
            })
            .holds()
    };
    let most = Won::MOST.amount();
    // The largest income that is too little, and one more.
    let enough = match largest(0, most, |income| !holds(income)) {
        None => Some(0),
        Some(too_little) if too_little == most => None,
        Some(too_little) => Some(too_little + 1),
    };
    Shortfall {
        cash: outcome.rent_fits.then_some(cash),
        monthly_income: enough.map(|enough| (enough - own.monthly_income).max(0)),
    }
}

fn largest_price(capacity: &Capacity<'_>, own: Attempt) -> Option<i64> {
    let least = i64::from(capacity.situation.intent != Intent::MonthlyRent);
    let holds = |price| capacity.judge(Attempt { price, ..own }).holds();
    largest(least, Won::MOST.amount(), holds)
}

fn largest_rent(capacity: &Capacity<'_>, own: Attempt) -> Option<i64> {
    if capacity.situation.intent != Intent::MonthlyRent {
        return None;
    }
    let holds = |rent| capacity.judge(Attempt { rent, ..own }).holds();
    largest(1, Won::MOST.amount(), holds)
}

fn monthly(situation: &Situation, planned: i64) -> Monthly {
    let rate = situation.interest_rate_bp;
    let loan_payment = match situation.intent {
        Intent::Sale => Annuity::new(rate, months(situation)).payment(planned),
        Intent::Jeonse | Intent::MonthlyRent => interest(planned, rate, 12 * WHOLE_BP),
    };
    let (rent, upkeep) = (situation.rent(), situation.monthly_upkeep.amount());
    let housing = loan_payment.saturating_add(rent).saturating_add(upkeep);
    let yearly = housing
        .saturating_mul(12)
        .saturating_add(situation.annual_debt_service);
    Monthly {
        loan_payment,
        rent,
        upkeep,
        housing,
        existing_debts: (situation.annual_debt_service + 11) / 12,
        share_of_income_bp: ratio(yearly, situation.annual_income()),
    }
}

fn total_interest(situation: &Situation, planned: i64) -> Option<i64> {
    let annuity = match situation.intent {
        Intent::Sale => Annuity::new(situation.interest_rate_bp, months(situation)),
        Intent::Jeonse | Intent::MonthlyRent => return None,
    };
    let interest = annuity.schedule(planned).map(|month| month.interest);
    Some(interest.fold(0, i64::saturating_add))
}

/// In basis points, rounded up; `None` of nothing.
fn ratio(part: i64, whole: i64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (i128::from(part) * i128::from(WHOLE_BP), i128::from(whole));
    Some(i64::try_from((part + whole - 1) / whole).unwrap_or(i64::MAX))
}
