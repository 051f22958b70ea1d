//! What a lease against a monthly rent brings along, besides what every lease does.

use super::lease::BOTH;
use super::template::{Base, DayOff, Offset, Template};
use crate::contract::Role::Tenant;

pub(super) const TEMPLATES: &[Template] = &[
    // Unless agreed otherwise, at the end of each month (Civil Act, article 633). Rent that is owed for two months ends the lease (article 640).
    Template {
        key: "first_rent",
        roles: BOTH,
        base: Base::LeaseStart,
        offset: Offset::Days(30),
        day_off: DayOff::Stays,
    },
    // Terms of the Korea Housing and Urban Guarantee Corporation (HUG), as for a lease without rent.
    Template {
        key: "deposit_guarantee",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::HalfOfLease,
        day_off: DayOff::Stays,
    },
    // Restriction of Special Taxation Act, article 95-2: the tax credit for rent wants the address registered and the payments shown; it is asked
    // for with the settlement of the year, in January.
    Template {
        key: "rent_records",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::Days(30),
        day_off: DayOff::Stays,
    },
];
