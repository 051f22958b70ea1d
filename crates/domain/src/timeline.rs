//! The timeline of a contract (CON-2, CON-3): which tasks follow from it, and until when.
//!
//! Templates are data, one file for each kind of contract. A task's texts stand in the message catalogue under its template's key.

mod days_off;
mod jeonse;
mod lease;
mod monthly_rent;
mod sale;
mod template;

use crate::clock::Date;
use crate::contract::Role;
use crate::signal::Intent;

pub use days_off::{KNOWN_UNTIL, is_day_off};
pub use template::{Base, DayOff, Offset, Template};

/// The row of a task.
pub struct Task;

/// The most tasks that one contract has.
pub const MOST_TASKS: u8 = 200;

/// What a timeline follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Its kind.
    pub kind: Intent,
    /// The person's side.
    pub role: Role,
    /// Day of signing.
    pub contract_date: Date,
    /// Day of the interim payment.
    pub interim_date: Option<Date>,
    /// Day of the last payment.
    pub balance_date: Date,
    /// Day of moving in.
    pub move_in_date: Option<Date>,
    /// Last day of the lease.
    pub lease_end_date: Option<Date>,
}

/// One task of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The template's key.
    pub template: &'static str,
    /// Until when.
    pub due: Date,
}

impl Basis {
    /// The tasks that follow, in their templates' order (CON-2).
    pub fn plan(&self) -> Vec<Planned> {
        templates(self.kind)
            .filter(|template| template.roles.contains(&self.role))
            .filter_map(|template| {
                let due = template.due(self)?;
                Some(Planned {
                    template: template.key,
                    due,
                })
            })
            .collect()
    }

    /// The contract's date under this name; `None` if it does not say it and nothing stands for it.
    pub fn date(&self, base: Base) -> Option<Date> {
        match base {
            Base::Contract => Some(self.contract_date),
            Base::Interim => self.interim_date,
            Base::Balance => Some(self.balance_date),
            Base::MoveIn => self.move_in_date,
            Base::LeaseStart => Some(self.lease_start()),
            Base::LeaseEnd => Some(self.lease_end()),
        }
    }

    /// Tenants get the home against the balance, unless the contract says another day.
    fn lease_start(&self) -> Date {
        self.move_in_date.unwrap_or(self.balance_date)
    }

    /// A lease that says no end, or one within two years, lasts for two years (Housing Lease Protection Act, article 4(1)); the tenant alone may
    /// rely on a shorter one, so what the contract says counts. The last day is the one before that of the beginning, and the last of its
    /// month where that month has no such day (Civil Act, article 160(2) and (3)).
    fn lease_end(&self) -> Date {
        self.lease_end_date.unwrap_or_else(|| {
            let (start, same_day) = (self.lease_start(), self.lease_start().plus_months(24));
            if same_day.calendar().2 == start.calendar().2 {
                same_day.plus_days(-1)
            } else {
                same_day
            }
        })
    }
}

/// The templates of a kind of contract, in the order in which things are usually done.
pub fn templates(kind: Intent) -> impl Iterator<Item = &'static Template> {
    let of_kind: [&'static [Template]; 3] = match kind {
        Intent::Sale => [sale::TEMPLATES, &[], &[]],
        Intent::Jeonse => [lease::BEFORE, jeonse::TEMPLATES, lease::AFTER],
        Intent::MonthlyRent => [lease::BEFORE, monthly_rent::TEMPLATES, lease::AFTER],
    };
    of_kind.into_iter().flatten()
}

/// What a task of this key follows from; `None` for a key that is not a template's any more.
pub fn base_of(kind: Intent, key: &str) -> Option<Base> {
    templates(kind)
        .find(|template| template.key == key)
        .map(|template| template.base)
}

/// Whether something that is open is overdue `today`; what nobody carries out any more is not.
pub fn is_overdue(due: Option<Date>, done: bool, state: crate::contract::State, today: Date) -> bool {
    !done && state != crate::contract::State::Terminated && due.is_some_and(|due| due < today)
}

#[cfg(test)]
mod tests;
