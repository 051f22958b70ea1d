//! Prices, which must fit the intent (SIG-1).

use super::Intent;
use crate::field::{FieldCode, Fields};
use crate::money::Won;

/// What is asked for, by intent; a price that does not fit the intent cannot be expressed (SIG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// A sale at this price.
    Sale {
        /// The price.
        asking_price: Won,
    },
    /// A lease against this deposit.
    Jeonse {
        /// The deposit.
        deposit: Won,
    },
    /// A lease against a deposit and a rent.
    MonthlyRent {
        /// The deposit.
        deposit: Won,
        /// The rent per month.
        monthly_rent: Won,
    },
}

/// The three amounts as a client sends them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    /// For a sale.
    pub asking_price: Option<i64>,
    /// For both kinds of lease.
    pub deposit: Option<i64>,
    /// For a monthly rent.
    pub monthly_rent: Option<i64>,
}

impl Terms {
    /// Fits the amounts to the intent, noting every one that is missing, superfluous or out of range.
    pub fn parse(intent: Intent, amounts: Amounts, fields: &mut Fields) -> Option<Self> {
        // All three are looked at before any is missed, so that every mistake is reported.
        let mut fit = |wanted: bool, pointer: &str, amount: Option<i64>| match (wanted, amount) {
            (true, None) => fields.take(pointer, Err(FieldCode::Required)),
            (false, Some(_)) => fields.take(pointer, Err(FieldCode::NotAllowed)),
            (_, amount) => fields.take_optional(pointer, amount.map(Won::parse)),
        };
        let price = fit(intent == Intent::Sale, "/asking_price", amounts.asking_price);
        let deposit = fit(intent != Intent::Sale, "/deposit", amounts.deposit);
        let rent = fit(
            intent == Intent::MonthlyRent,
            "/monthly_rent",
            amounts.monthly_rent,
        );
        match intent {
            Intent::Sale => price.map(|asking_price| Self::Sale { asking_price }),
            Intent::Jeonse => deposit.map(|deposit| Self::Jeonse { deposit }),
            Intent::MonthlyRent => deposit
                .zip(rent)
                .map(|(deposit, monthly_rent)| Self::MonthlyRent {
                    deposit,
                    monthly_rent,
                }),
        }
    }

    /// The intent behind the terms.
    pub const fn intent(&self) -> Intent {
        match self {
            Self::Sale { .. } => Intent::Sale,
            Self::Jeonse { .. } => Intent::Jeonse,
            Self::MonthlyRent { .. } => Intent::MonthlyRent,
        }
    }

    /// The amounts as they are stored and shown.
    pub fn amounts(&self) -> Amounts {
        match *self {
            Self::Sale { asking_price } => Amounts {
                asking_price: Some(asking_price.amount()),
                ..Amounts::default()
            },
            Self::Jeonse { deposit } => Amounts {
                deposit: Some(deposit.amount()),
                ..Amounts::default()
            },
            Self::MonthlyRent {
                deposit,
                monthly_rent,
            } => Amounts {
                asking_price: None,
                deposit: Some(deposit.amount()),
                monthly_rent: Some(monthly_rent.amount()),
            },
        }
    }
}
