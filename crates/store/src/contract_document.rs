//! The text of a contract with what its person noted about it: what an analyst gets (CON-4).

use domain::address::Address;
use domain::analysis::Stated;
use domain::contract::{Contract, Role};
use domain::person::PersonName;
use domain::signal::{Amounts, Intent, Terms};
use domain::user::User;
use domain::{Date, Fields, Id};
use sha2::{Digest, Sha256};
use sql::{Database, Error, Row};

use crate::codec::{id, read_as, read_day, read_optional_day, read_optional_text, read_text};

/// The document of a contract.
#[derive(Clone, Debug)]
pub struct Document {
    /// The version of the contract.
    pub version: i64,
    /// Its text; `None` if there is none yet.
    pub text: Option<String>,
    /// Its kind.
    pub kind: Intent,
    /// The person's side.
    pub role: Role,
    /// The property.
    pub address: Address,
    /// Price, deposit and rent.
    pub terms: Terms,
    /// Day of signing.
    pub contract_date: Date,
    /// Day of the interim payment.
    pub interim_date: Option<Date>,
    /// Day of the last payment.
    pub balance_date: Date,
    /// Day of moving in.
    pub move_in_date: Option<Date>,
    /// The other side.
    pub counterparty_name: Option<PersonName>,
}

impl Document {
    /// What the text is compared with.
    pub fn stated(&self) -> Stated<'_> {
        Stated {
            role: self.role,
            terms: self.terms,
            contract_date: self.contract_date,
            balance_date: self.balance_date,
            move_in_date: self.move_in_date,
            counterparty_name: self.counterparty_name.as_ref().map(PersonName::as_str),
        }
    }

    /// SHA-256 of everything that an analysis depends on: the text, and the terms that it is compared with. Each part has its length in
    /// front, so that no two documents look the same.
    pub fn hash(&self) -> [u8; 32] {
        let number = |amount: Option<i64>| amount.map_or_else(String::new, |won| won.to_string());
        let day = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
        let name = self.counterparty_name.as_ref().map(PersonName::as_str);
        let amounts = self.terms.amounts();
        let parts = [
            self.text.clone().unwrap_or_default(),
            self.kind.as_str().to_owned(),
            self.role.as_str().to_owned(),
            self.address.as_str().to_owned(),
            number(amounts.asking_price),
            number(amounts.deposit),
            number(amounts.monthly_rent),
            self.contract_date.to_string(),
            day(self.interim_date),
            self.balance_date.to_string(),
            day(self.move_in_date),
            name.unwrap_or_default().to_owned(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes().as_slice());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// The document of a person's own contract.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, contract: Id<Contract>, user: Id<User>) -> Result<Option<Document>, Error> {
    let row = db
        .query_optional(
            "SELECT version, document_text, kind, role, address, price, deposit, monthly_rent, contract_date, interim_date,
                 balance_date, move_in_date, counterparty_name
             FROM contracts WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
            vec![id(contract), id(user)],
        )
        .await?;
    row.map(|row| {
        let kind = read_text(&row, 2, "kind", Intent::parse)?;
        Ok(Document {
            version: row.get(0)?,
            text: row.get(1)?,
            kind,
            role: read_as(3, "role", Role::parse(&row.get::<String>(3)?, kind))?,
            address: read_text(&row, 4, "address", Address::parse)?,
            terms: terms(&row, kind)?,
            contract_date: read_day(&row, 8)?,
            interim_date: read_optional_day(&row, 9)?,
            balance_date: read_day(&row, 10)?,
            move_in_date: read_optional_day(&row, 11)?,
            counterparty_name: read_optional_text(&row, 12, "name", PersonName::parse)?,
        })
    })
    .transpose()
}

fn terms(row: &Row, kind: Intent) -> Result<Terms, Error> {
    let amounts = Amounts {
        asking_price: row.get(5)?,
        deposit: row.get(6)?,
        monthly_rent: row.get(7)?,
    };
    Terms::parse(kind, amounts, &mut Fields::new()).ok_or(Error::Decode {
        column: 5,
        expected: "amounts that fit the kind",
    })
}
