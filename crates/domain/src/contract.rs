//! Contracts (CON-1).

mod state;

use serde::Serialize;
use utoipa::ToSchema;

pub use state::{ForbiddenStep, STEPS, State};

use crate::agent::Agent;

use crate::address::Address;
use crate::clock::Date;
use crate::field::{FieldCode, FieldError, Fields};
use crate::id::Id;
use crate::person::PersonName;
use crate::signal::{Amounts, Intent, Signal, Terms};
use crate::text::Paragraphs;
use crate::timeline::Basis;

/// The row of a contract.
pub struct Contract;

/// The text of a contract, as pasted or recognised.
pub type DocumentText = Paragraphs<200_000>;

/// On which side of the contract the person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContractRole)]
pub enum Role {
    /// Sells.
    Seller,
    /// Buys.
    Buyer,
    /// Lets.
    Landlord,
    /// Rents.
    Tenant,
}

impl Role {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Buyer => "buyer",
            Self::Landlord => "landlord",
            Self::Tenant => "tenant",
        }
    }

    /// Reads the spelling of the API and checks that it fits the kind of contract.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`] or [`FieldCode::NotAllowed`].
    pub fn parse(raw: &str, kind: Intent) -> Result<Self, FieldCode> {
        let role = match raw {
            "seller" => Self::Seller,
            "buyer" => Self::Buyer,
            "landlord" => Self::Landlord,
            "tenant" => Self::Tenant,
            _ => return Err(FieldCode::UnknownValue),
        };
        let of_a_sale = matches!(role, Self::Seller | Self::Buyer);
        if of_a_sale == (kind == Intent::Sale) {
            Ok(role)
        } else {
            Err(FieldCode::NotAllowed)
        }
    }
}

/// A contract that a person wants to follow, all fields checked.
#[derive(Clone, Debug)]
pub struct NewContract {
    /// The person's side.
    pub role: Role,
    /// The signal it grew from.
    pub signal_id: Option<Id<Signal>>,
    /// The property.
    pub address: Address,
    /// Kind and amounts.
    pub terms: Terms,
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
    /// The other side.
    pub counterparty_name: Option<PersonName>,
    /// The agent who brokers it.
    pub agent_id: Option<Id<Agent>>,
    /// Its text.
    pub document_text: Option<DocumentText>,
}

/// A contract as a client sends it; see CON-1.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// `sale`, `jeonse` or `monthly_rent`.
    pub kind: &'a str,
    /// See [`Role`].
    pub role: &'a str,
    /// UUID.
    pub signal_id: Option<&'a str>,
    /// One line.
    pub address: &'a str,
    /// Won; for a sale.
    pub price: Option<i64>,
    /// Won; for a lease.
    pub deposit: Option<i64>,
    /// Won; for a monthly rent.
    pub monthly_rent: Option<i64>,
    /// `YYYY-MM-DD`.
    pub contract_date: &'a str,
    /// `YYYY-MM-DD`.
    pub interim_date: Option<&'a str>,
    /// `YYYY-MM-DD`.
    pub balance_date: &'a str,
    /// `YYYY-MM-DD`.
    pub move_in_date: Option<&'a str>,
    /// `YYYY-MM-DD`; for a lease.
    pub lease_end_date: Option<&'a str>,
    /// One line.
    pub counterparty_name: Option<&'a str>,
    /// UUID.
    pub agent_id: Option<&'a str>,
    /// Several lines.
    pub document_text: Option<&'a str>,
}

impl NewContract {
    /// Checks every field and reports all mistakes at once.
    ///
    /// # Errors
    /// One [`FieldError`] for each refused field.
    pub fn parse(draft: &Draft<'_>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new();
        let parsed = Self::parse_into(draft, &mut fields);
        fields.finish(parsed)
    }

    /// Checks every field and notes all mistakes in `fields`, beside those of a larger request.
    pub fn parse_into(draft: &Draft<'_>, fields: &mut Fields) -> Option<Self> {
        let kind = fields.take("/kind", Intent::parse(draft.kind));
        let role = kind.and_then(|kind| fields.take("/role", Role::parse(draft.role, kind)));
        let signal_id = fields.take_optional("/signal_id", draft.signal_id.map(named));
        let address = fields.take("/address", Address::parse(draft.address));
        let terms = kind.and_then(|kind| parse_terms(kind, draft, fields));
        let contract_date = fields.take("/contract_date", date(draft.contract_date));
        let interim_date = fields.take_optional("/interim_date", draft.interim_date.map(date));
        let balance_date = fields.take("/balance_date", date(draft.balance_date));
        let move_in_date = fields.take_optional("/move_in_date", draft.move_in_date.map(date));
        let lease_end_date = fields.take_optional("/lease_end_date", draft.lease_end_date.map(date));
        if kind == Some(Intent::Sale) && draft.lease_end_date.is_some() {
            fields.refuse("/lease_end_date", FieldCode::NotAllowed);
        }
        let counterparty_name = fields.take_optional(
            "/counterparty_name",
            draft.counterparty_name.map(PersonName::parse),
        );
        let agent_id = fields.take_optional("/agent_id", draft.agent_id.map(named));
        let document_text =
            fields.take_optional("/document_text", draft.document_text.map(DocumentText::parse));
        check_order(fields, contract_date, "/interim_date", interim_date);
        check_order(
            fields,
            contract_date.max(interim_date),
            "/balance_date",
            balance_date,
        );
        check_order(fields, contract_date, "/move_in_date", move_in_date);
        let begins = balance_date.max(move_in_date).or(contract_date);
        check_order(fields, begins, "/lease_end_date", lease_end_date);
        Some(Self {
            role: role?,
            signal_id,
            address: address?,
            terms: terms?,
            contract_date: contract_date?,
            interim_date,
            balance_date: balance_date?,
            move_in_date,
            lease_end_date,
            counterparty_name,
            agent_id,
            document_text,
        })
    }
}

impl NewContract {
    /// What its timeline follows from (CON-2).
    pub fn basis(&self) -> Basis {
        Basis {
            kind: self.terms.intent(),
            role: self.role,
            contract_date: self.contract_date,
            interim_date: self.interim_date,
            balance_date: self.balance_date,
            move_in_date: self.move_in_date,
            lease_end_date: self.lease_end_date,
        }
    }
}

/// A contract calls a sale's amount `price`; everything else is as for a signal.
fn parse_terms(kind: Intent, draft: &Draft<'_>, fields: &mut Fields) -> Option<Terms> {
    let amounts = Amounts {
        asking_price: draft.price,
        deposit: draft.deposit,
        monthly_rent: draft.monthly_rent,
    };
    let mut own = Fields::new();
    let terms = Terms::parse(kind, amounts, &mut own);
    match own.finish(terms) {
        Ok(terms) => Some(terms),
        Err(errors) => {
            for error in errors {
                let pointer = if error.pointer == "/asking_price" {
                    "/price"
                } else {
                    &error.pointer
                };
                fields.refuse(pointer, error.code);
            }
            None
        }
    }
}

fn check_order(fields: &mut Fields, earlier: Option<Date>, pointer: &str, later: Option<Date>) {
    if let (Some(earlier), Some(later)) = (earlier, later)
        && later < earlier
    {
        fields.refuse(pointer, FieldCode::BeforeOther);
    }
}

fn named<Entity>(raw: &str) -> Result<Id<Entity>, FieldCode> {
    Id::parse(raw).map_err(|_| FieldCode::InvalidFormat)
}

fn date(text: &str) -> Result<Date, FieldCode> {
    if text.is_empty() {
        return Err(FieldCode::Required);
    }
    Date::parse(text).map_err(|_| FieldCode::InvalidFormat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft<'static> {
        Draft {
            kind: "sale",
            role: "buyer",
            address: "Teheran-ro 1",
            price: Some(1_200_000_000),
            contract_date: "2026-12-01",
            interim_date: Some("2026-12-20"),
            balance_date: "2027-01-15",
            ..Draft::default()
        }
    }

    fn mistakes(draft: &Draft<'_>) -> Vec<(String, FieldCode)> {
        let errors = NewContract::parse(draft).map(|_| ()).unwrap_err();
        errors
            .into_iter()
            .map(|error| (error.pointer, error.code))
            .collect()
    }

    #[test]
    fn a_good_draft_becomes_a_contract() {
        assert_eq!(NewContract::parse(&draft()).unwrap().terms.intent(), Intent::Sale);
    }

    #[test]
    fn a_role_must_fit_the_kind() {
        let wrong = Draft {
            role: "tenant",
            ..draft()
        };
        assert_eq!(mistakes(&wrong), [("/role".to_owned(), FieldCode::NotAllowed)]);
    }

    #[test]
    fn the_price_of_a_sale_is_called_price() {
        let wrong = Draft {
            price: None,
            deposit: Some(1),
            ..draft()
        };
        assert_eq!(
            mistakes(&wrong),
            [
                ("/price".to_owned(), FieldCode::Required),
                ("/deposit".to_owned(), FieldCode::NotAllowed)
            ]
        );
    }

    #[test]
    fn dates_follow_each_other() {
        let wrong = Draft {
            balance_date: "2026-12-10",
            move_in_date: Some("2026-11-01"),
            ..draft()
        };
        assert_eq!(
            mistakes(&wrong),
            [
                ("/balance_date".to_owned(), FieldCode::BeforeOther),
                ("/move_in_date".to_owned(), FieldCode::BeforeOther)
            ]
        );
    }

    #[test]
    fn only_a_lease_ends_and_not_before_it_begins() {
        let sold = Draft {
            lease_end_date: Some("2029-01-14"),
            ..draft()
        };
        assert_eq!(
            mistakes(&sold),
            [("/lease_end_date".to_owned(), FieldCode::NotAllowed)]
        );
        let lease = |end| Draft {
            kind: "jeonse",
            role: "tenant",
            price: None,
            deposit: Some(1),
            move_in_date: Some("2027-01-20"),
            lease_end_date: Some(end),
            ..draft()
        };
        assert_eq!(
            mistakes(&lease("2027-01-19")),
            [("/lease_end_date".to_owned(), FieldCode::BeforeOther)]
        );
        assert!(NewContract::parse(&lease("2027-01-20")).is_ok());
    }
}
