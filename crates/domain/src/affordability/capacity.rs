//! What somebody can borrow and pay at a price, a rent and an income that need not be their own: an answer is searched for by trying.

use serde::Serialize;
use utoipa::ToSchema;

use super::WHOLE_BP;
use super::annuity::Annuity;
use super::costs::{ClosingCosts, closing_costs, share};
use super::regulation::{
    DEBT_SERVICE_LIMIT, DEFAULT_TERM, DEPOSIT_LOAN_SHARE, LOAN_TO_VALUE, MORTGAGE_CAPS, RateType,
    RegionClass, deposit_loan_cap, stress_rate,
};
use super::situation::Situation;
use crate::money::Won;
use crate::signal::Intent;

/// Which rule allows the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitedBy {
    /// The share of the price that may be lent.
    LoanToValue,
    /// The largest loan, whatever the price.
    Cap,
    /// The share of income that may go into debts.
    DebtService,
}

/// Something that somebody might do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// The price of a sale, the deposit of a lease.
    pub price: i64,
    /// The rent.
    pub rent: i64,
    /// Won a month.
    pub monthly_income: i64,
}

/// What it comes to, in won.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub costs: ClosingCosts,
    /// The loan without which it cannot be paid.
    pub needed: i64,
    pub by_value: i64,
    pub by_cap: Option<i64>,
    pub by_debt_service: i64,
    /// The least of the three.
    pub limit: i64,
    pub limited_by: LimitedBy,
    /// Whether income bears the rent on top of the debts.
    pub rent_fits: bool,
}

impl Outcome {
    /// Whether it can be done.
    pub const fn holds(&self) -> bool {
        self.rent_fits && self.needed <= self.limit
    }
}

/// Judges attempts of one person.
pub(super) struct Capacity<'a> {
    pub situation: &'a Situation,
    pub class: RegionClass,
    /// Of a mortgage at the rate at which its debt service is judged.
    stressed: Annuity,
}

impl<'a> Capacity<'a> {
    pub fn new(situation: &'a Situation) -> Self {
        let class = situation.region_class();
        let rate = situation.interest_rate_bp + stress_of(situation);
        Self {
            situation,
            class,
            stressed: Annuity::new(rate, months(situation)),
        }
    }

    pub fn own_attempt(&self) -> Attempt {
        Attempt {
            price: self.situation.target_price.amount(),
            rent: self.situation.rent(),
            monthly_income: self.situation.monthly_income.amount(),
        }
    }

    pub fn judge(&self, attempt: Attempt) -> Outcome {
        let costs = closing_costs(self.situation, attempt.price, attempt.rent);
        let room = self.room(attempt);
        let by_value = share(attempt.price, self.value_share());
        let by_cap = self.cap(attempt.price);
        let by_debt_service = self.loan_for(room.max(0));
        let by_rules = by_cap.map_or(by_value, |cap| by_value.min(cap));
        let limited_by = if by_debt_service < by_rules {
            LimitedBy::DebtService
        } else if by_rules < by_value {
            LimitedBy::Cap
        } else {
            LimitedBy::LoanToValue
        };
        let to_pay = attempt.price.saturating_add(costs.total);
        Outcome {
            costs,
            needed: (to_pay - self.situation.assets.amount()).max(0),
            by_value,
            by_cap,
            by_debt_service,
            limit: by_rules.min(by_debt_service),
            limited_by,
            rent_fits: attempt.rent == 0 || room >= 0,
        }
    }

    /// What a loan costs in a year as the debt service ratio counts it: at the stressed rate for a mortgage, the interest for a deposit.
    pub fn yearly_cost(&self, loan: i64) -> i64 {
        match self.situation.intent {
            Intent::Sale => self.stressed.payment(loan).saturating_mul(12),
            Intent::Jeonse | Intent::MonthlyRent => interest(loan, self.situation.interest_rate_bp, WHOLE_BP),
        }
    }

    /// Won a year that may go into a new loan; negative if what there is takes too much already.
    fn room(&self, attempt: Attempt) -> i64 {
        let income = attempt.monthly_income.saturating_mul(12);
        let taken = attempt
            .rent
            .saturating_mul(12)
            .saturating_add(self.situation.annual_debt_service);
        share(income, DEBT_SERVICE_LIMIT).saturating_sub(taken)
    }

    /// The largest loan that costs at most this in a year.
    fn loan_for(&self, yearly: i64) -> i64 {
        let rate = self.situation.interest_rate_bp;
        let loan = match self.situation.intent {
            Intent::Sale => self.stressed.loan(yearly / 12),
            Intent::Jeonse | Intent::MonthlyRent if rate > 0 => {
                let loan = i128::from(yearly) * i128::from(WHOLE_BP) / i128::from(rate);
                i64::try_from(loan).unwrap_or(i64::MAX)
            }
            Intent::Jeonse | Intent::MonthlyRent => i64::MAX,
        };
        loan.min(Won::MOST.amount())
    }

    fn value_share(&self) -> i64 {
        let row = LOAN_TO_VALUE.iter().find(|row| row.class == self.class);
        match (self.situation.intent, row) {
            (Intent::Jeonse | Intent::MonthlyRent, _) => DEPOSIT_LOAN_SHARE,
            (Intent::Sale, None) => 0,
            (Intent::Sale, Some(row)) if self.situation.homes_kept() > 0 => row.with_home,
            (Intent::Sale, Some(row)) if self.situation.first_time_buyer => row.first_time,
            (Intent::Sale, Some(row)) => row.without_home,
        }
    }

    fn cap(&self, price: i64) -> Option<i64> {
        match (self.situation.intent, self.class) {
            (Intent::Jeonse | Intent::MonthlyRent, class) => {
                Some(deposit_loan_cap(class, self.situation.homes_kept()))
            }
            (Intent::Sale, RegionClass::Elsewhere) => None,
            (Intent::Sale, RegionClass::Regulated | RegionClass::Capital) => {
                let row = MORTGAGE_CAPS.iter().find(|(up_to, _)| price <= *up_to);
                row.map(|(_, cap)| *cap)
            }
        }
    }
}

/// Months of a mortgage.
pub(super) fn months(situation: &Situation) -> i64 {
    situation.term_years.unwrap_or(DEFAULT_TERM) * 12
}

/// What the debt service of a mortgage is judged with on top of its rate; nothing for a deposit.
pub(super) fn stress_of(situation: &Situation) -> i64 {
    match situation.intent {
        Intent::Sale => {
            let rate = situation.rate_type.unwrap_or(RateType::Variable);
            stress_rate(situation.region_class(), rate)
        }
        Intent::Jeonse | Intent::MonthlyRent => 0,
    }
}

/// Interest, rounded up to the whole won; `whole` is what a hundred percent are, 10 000 for a year and twelve times that for a month.
pub(super) fn interest(loan: i64, rate: i64, whole: i64) -> i64 {
    let whole = i128::from(whole);
    let interest = (i128::from(loan) * i128::from(rate) + whole - 1) / whole;
    i64::try_from(interest).unwrap_or(i64::MAX)
}

/// The largest number up to `most` for which something holds that holds for every smaller one, too; `None` if it does not even for `least`.
pub(super) fn largest(least: i64, most: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    if !holds(least) {
        return None;
    }
    let (mut good, mut rest) = (least, most);
    while good < rest {
        let middle = good + (rest - good + 1) / 2;
        if holds(middle) {
            good = middle;
        } else {
            rest = middle - 1;
        }
    }
    Some(good)
}
