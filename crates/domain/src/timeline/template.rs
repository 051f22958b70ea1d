//! How a due date follows from a contract's date.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, days_off};
use crate::clock::Date;
use crate::contract::Role;

/// A task that follows from every contract of a kind for some roles.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Names it in rows, in the API and in the message catalogue; never changes once published.
    pub key: &'static str,
    /// For whom.
    pub roles: &'static [Role],
    /// The date that it follows.
    pub base: Base,
    /// How far from it.
    pub offset: Offset,
    /// What happens when the due date is a day off.
    pub day_off: DayOff,
}

/// The date of a contract that a task follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ContractDate)]
pub enum Base {
    /// Day of signing.
    #[serde(rename = "contract_date")]
    Contract,
    /// Day of the interim payment; without one there is no task.
    #[serde(rename = "interim_date")]
    Interim,
    /// Day of the last payment.
    #[serde(rename = "balance_date")]
    Balance,
    /// Day of moving in; without one there is no task.
    #[serde(rename = "move_in_date")]
    MoveIn,
    /// Day on which a lease begins: that of moving in, else that of the last payment.
    #[serde(rename = "lease_start")]
    LeaseStart,
    /// Last day of a lease.
    #[serde(rename = "lease_end_date")]
    LeaseEnd,
}

/// How far a due date lies from the date that it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// This many days later. The first day does not count (Civil Act, article 157), so it is plain addition.
    Days(i32),
    /// This many months after the end of the month.
    MonthsAfterMonthEnd(i32),
    /// On the day this many months earlier.
    MonthsBefore(i32),
    /// On the last day before the day this many months earlier: what has to arrive "until n months before" arrives by its midnight.
    BeforeMonthsBefore(i32),
    /// On the last day before half of the lease has passed; follows its beginning.
    HalfOfLease,
}

/// What happens to a due date on a Saturday, a Sunday or a public holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOff {
    /// Nothing: it is an appointment, a piece of advice, or a notice that must not come later.
    Stays,
    /// The next business day: a legal deadline (Civil Act, article 161; Framework Act on National Taxes, article 5; Framework Act on Local
    /// Taxes, article 24).
    NextBusinessDay,
}

impl Template {
    /// When it is due; `None` if the contract has no date that it could follow.
    pub fn due(&self, basis: &Basis) -> Option<Date> {
        let base = basis.date(self.base)?;
        let due = match self.offset {
            Offset::Days(days) => base.plus_days(days),
            Offset::MonthsAfterMonthEnd(months) => base.month_end().plus_months(months).month_end(),
            Offset::MonthsBefore(months) => base.plus_months(-months),
            Offset::BeforeMonthsBefore(months) => base.plus_months(-months).plus_days(-1),
            Offset::HalfOfLease => {
                let end = basis.date(Base::LeaseEnd)?;
                base.plus_days((base.days_until(end) / 2).max(0))
            }
        };
        Some(match self.day_off {
            DayOff::Stays => due,
            DayOff::NextBusinessDay => days_off::business_day_from(due),
        })
    }

    /// Whether it is due before the date that it follows.
    pub const fn comes_before(&self) -> bool {
        match self.offset {
            Offset::Days(days) => days < 0,
            Offset::MonthsBefore(_) | Offset::BeforeMonthsBefore(_) => true,
            Offset::MonthsAfterMonthEnd(_) | Offset::HalfOfLease => false,
        }
    }
}
