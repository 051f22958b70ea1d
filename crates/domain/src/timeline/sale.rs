//! What a sale brings along.

use super::template::{Base, DayOff, Offset, Template};
use crate::contract::Role::{self, Buyer, Seller};

const BOTH: &[Role] = &[Seller, Buyer];

pub(super) const TEMPLATES: &[Template] = &[
    // The register shows the owner and what burdens the property; it is public (Registration of Real Estate Act, article 19). Advice.
    Template {
        key: "register_before_contract",
        roles: &[Buyer],
        base: Base::Contract,
        offset: Offset::Days(-1),
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
    // The earnest money is presumed to buy the way back (Civil Act, article 565).
    Template {
        key: "contract_payment",
        roles: BOTH,
        base: Base::Contract,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Act on Report on Real Estate Transactions, article 3(1): within 30 days of the contract, by both or by the broker.
    Template {
        key: "transaction_report",
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
    // What the bank is owed and what the registry wants: seal certificate for sale, registration identification (Registration of Real Estate
    // Act, article 50; Rule on it, article 60). Advice: both take days to get.
    Template {
        key: "transfer_documents",
        roles: &[Seller],
        base: Base::Balance,
        offset: Offset::Days(-7),
        day_off: DayOff::Stays,
    },
    Template {
        key: "mortgage_release",
        roles: &[Seller],
        base: Base::Balance,
        offset: Offset::Days(-7),
        day_off: DayOff::Stays,
    },
    // As before the contract: what was registered since comes first.
    Template {
        key: "register_before_balance",
        roles: &[Buyer],
        base: Base::Balance,
        offset: Offset::Days(-1),
        day_off: DayOff::Stays,
    },
    // Price against documents and possession, at the same time (Civil Act, articles 536 and 568).
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
    // Burdens and fruits pass with possession (Civil Act, article 587). Custom of the trade.
    Template {
        key: "utilities_settlement",
        roles: BOTH,
        base: Base::Balance,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // The deposit for management fees stays with the building, so the buyer pays it back to the seller (Multi-Family Housing Management Act,
    // article 24).
    Template {
        key: "management_deposit",
        roles: BOTH,
        base: Base::Balance,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // As before the balance: whether the home is handed over as agreed.
    Template {
        key: "handover",
        roles: BOTH,
        base: Base::MoveIn,
        offset: Offset::Days(0),
        day_off: DayOff::Stays,
    },
    // Resident Registration Act, article 16(1): within 14 days of moving. Nothing hangs on the day itself, as it does for tenants.
    Template {
        key: "resident_registration",
        roles: &[Buyer],
        base: Base::MoveIn,
        offset: Offset::Days(14),
        day_off: DayOff::NextBusinessDay,
    },
    // Local Tax Act, article 20(1): within 60 days of the acquisition, which is the day of the balance.
    Template {
        key: "acquisition_tax",
        roles: &[Buyer],
        base: Base::Balance,
        offset: Offset::Days(60),
        day_off: DayOff::NextBusinessDay,
    },
    // Act on Special Measures for the Registration of Real Estate, article 2(1): within 60 days of the day on which both have performed.
    Template {
        key: "ownership_transfer",
        roles: &[Buyer],
        base: Base::Balance,
        offset: Offset::Days(60),
        day_off: DayOff::NextBusinessDay,
    },
    // Advice: mistakes in the register are cheap to correct while everybody can be reached.
    Template {
        key: "register_after_transfer",
        roles: &[Buyer],
        base: Base::Balance,
        offset: Offset::Days(70),
        day_off: DayOff::Stays,
    },
    // Income Tax Act, article 105(1)1: within two months of the end of the month of the transfer.
    Template {
        key: "capital_gains_tax",
        roles: &[Seller],
        base: Base::Balance,
        offset: Offset::MonthsAfterMonthEnd(2),
        day_off: DayOff::NextBusinessDay,
    },
];
