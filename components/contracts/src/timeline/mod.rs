//! Timelines of contracts (CON-2, CON-3).

mod calendar;
pub mod export;
pub mod read;
pub mod upcoming;

use domain::timeline::Basis;
use domain::{Id, Random, Timestamp};
use store::timeline::Plan;

/// The tasks that follow from a contract, with an id for each that is not there yet.
pub fn plan(basis: &Basis, now: Timestamp, random: &dyn Random) -> Plan {
    Plan::new(&basis.plan(), || Id::new(now, random))
}
