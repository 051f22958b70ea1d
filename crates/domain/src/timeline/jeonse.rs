//! What a lease against a lump-sum deposit brings along, besides what every lease does.

use super::template::{Base, DayOff, Offset, Template};
use crate::contract::Role::{Landlord, Tenant};

pub(super) const TEMPLATES: &[Template] = &[
    // Terms of the Korea Housing and Urban Guarantee Corporation (HUG) for the guarantee of a deposit's return, new leases: before half of the
    // lease has passed, from the later of balance and report of moving in.
    Template {
        key: "deposit_guarantee",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::HalfOfLease,
        day_off: DayOff::Stays,
    },
    // The whole deposit has to be there on one day. Advice: as long before as the notice.
    Template {
        key: "deposit_funds",
        roles: &[Landlord],
        base: Base::LeaseEnd,
        offset: Offset::MonthsBefore(2),
        day_off: DayOff::Stays,
    },
];
