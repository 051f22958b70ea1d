//! Contracts (CON-1).

use domain::address::Address;
use domain::contract::{Contract, NewContract, Role, State};
use domain::person::PersonName;
use domain::signal::{Amounts, Intent, Signal};
use domain::user::User;
use domain::{Date, Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{
    at, day, id, read_as, read_at, read_day, read_id, read_optional_day, read_optional_id,
    read_optional_text, read_text,
};
use crate::signal::{Viewer, visible_to};

/// A contract as it is stored, without its text: that is long and has a reader of its own.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Contract>,
    /// The signal it grew from.
    pub signal_id: Option<Id<Signal>>,
    /// Where it stands.
    pub state: State,
    /// Its kind.
    pub kind: Intent,
    /// The person's side.
    pub role: Role,
    /// The property.
    pub address: Address,
    /// Price, deposit and rent.
    pub amounts: Amounts,
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
    /// Whether its text is there.
    pub has_document: bool,
    /// Counts changes (CONV-6).
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str =
    "id, signal_id, state, kind, role, address, price, deposit, monthly_rent, contract_date,
    interim_date, balance_date, move_in_date, counterparty_name, document_text IS NOT NULL, version,
    utc(created_at), utc(updated_at)";

fn read(row: &Row) -> Result<Stored, Error> {
    let kind = read_text(row, 3, "kind", Intent::parse)?;
    Ok(Stored {
        id: read_id(row, 0)?,
        signal_id: read_optional_id(row, 1)?,
        state: read_text(row, 2, "state", State::parse)?,
        kind,
        role: read_as(4, "role", Role::parse(&row.get::<String>(4)?, kind))?,
        address: read_text(row, 5, "address", Address::parse)?,
        amounts: Amounts {
            asking_price: row.get(6)?,
            deposit: row.get(7)?,
            monthly_rent: row.get(8)?,
        },
        contract_date: read_day(row, 9)?,
        interim_date: read_optional_day(row, 10)?,
        balance_date: read_day(row, 11)?,
        move_in_date: read_optional_day(row, 12)?,
        counterparty_name: read_optional_text(row, 13, "name", PersonName::parse)?,
        has_document: row.get(14)?,
        version: row.get(15)?,
        created_at: read_at(row, 16)?,
        updated_at: read_at(row, 17)?,
    })
}

/// Notes a contract in state `draft`; `None` when the signal it names is not one that this person can see. One
/// statement. If the person has a contract of this id already, it is given back as it is (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    contract: Id<Contract>,
    viewer: Viewer,
    new: &NewContract,
    audit: &Event,
) -> Result<Option<Stored>, Error> {
    let amounts = new.terms.amounts();
    // `$3 IS NULL` stands last: Postgres takes the parameter's type from the comparison before it.
    let statement = format!(
        "INSERT INTO contracts (id, user_id, signal_id, state, kind, role, address, price, deposit, monthly_rent,
             contract_date, interim_date, balance_date, move_in_date, counterparty_name, document_text,
             created_at, updated_at, audit)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18
         WHERE EXISTS (
             SELECT 1 FROM signals WHERE signals.id = $3 AND signals.deleted_at IS NULL AND {}) OR $3 IS NULL
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE contracts.user_id = excluded.user_id
         RETURNING {COLUMNS}",
        visible_to("$2", "$19", "$17")
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                id(contract),
                id(viewer.user),
                new.signal_id.map_or(Value::Null, id),
                State::Draft.as_str().into(),
                new.terms.intent().as_str().into(),
                new.role.as_str().into(),
                new.address.as_str().into(),
                amounts.asking_price.into(),
                amounts.deposit.into(),
                amounts.monthly_rent.into(),
                day(new.contract_date),
                new.interim_date.map_or(Value::Null, day),
                day(new.balance_date),
                new.move_in_date.map_or(Value::Null, day),
                new.counterparty_name.as_ref().map(|name| name.as_str()).into(),
                new.document_text.as_ref().map(|text| text.as_str()).into(),
                at(viewer.now),
                audit.value(),
                viewer.sees_agents_only.into(),
            ],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// A person's own contract.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, contract: Id<Contract>, user: Id<User>) -> Result<Option<Stored>, Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM contracts WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL");
    let row = db
        .query_optional(&statement, vec![id(contract), id(user)])
        .await?;
    row.map(|row| read(&row)).transpose()
}
