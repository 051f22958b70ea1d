//! What both kinds of lease bring along, up to moving in and from then on.

use super::template::{Base, DayOff, Offset, Template};
use crate::contract::Role::{self, Landlord, Tenant};

pub(super) const BOTH: &[Role] = &[Landlord, Tenant];

pub(super) const BEFORE: &[Template] = &[
    // The register shows the owner and what comes before the deposit; it is public (Registration of Real Estate Act, article 19). Advice.
    Template {
        key: "register_before_contract",
        roles: &[Tenant],
        base: Base::Contract,
        offset: Offset::Days(-1),
        day_off: DayOff::Stays,
    },
    // Housing Lease Protection Act, article 3-7: when the contract is made, the landlord shows who else has fixed dates and deposits, and that
    // taxes are paid.
    Template {
        key: "landlord_disclosure",
        roles: BOTH,
        base: Base::Contract,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // The broker hands over the confirmation of the object and the certificate of the guarantee (Licensed Real Estate Agents Act, articles 25
    // and 30(5)).
    Template {
        key: "brokerage_certificate",
        roles: BOTH,
        base: Base::Contract,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    Template {
        key: "contract_payment",
        roles: BOTH,
        base: Base::Contract,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Act on Report on Real Estate Transactions, article 6-2(1): within 30 days of the contract, by both; one of them may hand the contract in.
    // Enforcement Decree, article 4-3: above a deposit of 60 000 000 won or a rent of 300 000 won.
    Template {
        key: "lease_report",
        roles: BOTH,
        base: Base::Contract,
        offset: Offset::Days(30),
        day_off: DayOff::NextBusinessDay,
    },
    // Agreed in the contract.
    Template {
        key: "interim_payment",
        roles: BOTH,
        base: Base::Interim,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // As before the contract: what was registered since comes before the deposit.
    Template {
        key: "register_before_balance",
        roles: &[Tenant],
        base: Base::Balance,
        offset: Offset::Days(-1),
        day_off: DayOff::Stays,
    },
    Template {
        key: "balance_payment",
        roles: BOTH,
        base: Base::Balance,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Unless agreed otherwise, on the day on which the payment is complete (Enforcement Decree of the Licensed Real Estate Agents Act, article
    // 27-2).
    Template {
        key: "brokerage_fee",
        roles: BOTH,
        base: Base::Balance,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Who lived there pays until that day. Custom of the trade.
    Template {
        key: "utilities_settlement",
        roles: BOTH,
        base: Base::LeaseStart,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // What was broken before need not be repaired by the tenant at the end (Civil Act, articles 374, 615 and 654). Advice.
    Template {
        key: "handover",
        roles: BOTH,
        base: Base::LeaseStart,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Whoever lives there and is registered is protected from the next day's midnight (Housing Lease Protection Act, article 3(1)), so each day
    // that is lost is a day without protection. It can be done online on any day: it never moves.
    Template {
        key: "move_in_report",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // With it the deposit comes before later creditors (Housing Lease Protection Act, articles 3-2(2) and 3-6). The report of the lease with the
    // contract attached gives it too (Act on Report on Real Estate Transactions, article 6-5(3)).
    Template {
        key: "fixed_date",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // A mortgage that is registered on the very day comes first, because protection begins on the next one. Advice.
    Template {
        key: "register_on_move_in",
        roles: &[Tenant],
        base: Base::LeaseStart,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
];

pub(super) const AFTER: &[Template] = &[
    // Housing Lease Protection Act, articles 6(1) and 6-3(1): from six months before the end.
    Template {
        key: "renewal_window",
        roles: BOTH,
        base: Base::LeaseEnd,
        offset: Offset::MonthsBefore(6),
        day_off: DayOff::Stays,
    },
    // The same articles: until two months before the end. The Ministry of Land's explanation: what has to arrive until a month before 30 September
    // arrives before the first hour of 30 August. A notice that comes after a weekend is late, so it never moves.
    Template {
        key: "renewal_notice",
        roles: BOTH,
        base: Base::LeaseEnd,
        offset: Offset::BeforeMonthsBefore(2),
        day_off: DayOff::Stays,
    },
    // Deposit against the empty home, at the same time (Civil Act, article 536; Supreme Court 77Da1241). On a day off too: it is an
    // appointment.
    Template {
        key: "deposit_return",
        roles: BOTH,
        base: Base::LeaseEnd,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // The owner pays back what the tenant paid with the management fee (Enforcement Decree of the Multi-Family Housing Management Act, article
    // 31(8)).
    Template {
        key: "repair_reserve",
        roles: BOTH,
        base: Base::LeaseEnd,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
];
