//! A contract as its person sees it.

use domain::agent::Agent;
use domain::contract::{Contract, Role, State};
use domain::signal::{Intent, Signal};
use domain::{Date, Id, Timestamp};
use serde::Serialize;
use store::contract::Stored;

#[derive(Serialize)]
pub struct View {
    id: Id<Contract>,
    state: State,
    kind: Intent,
    role: Role,
    signal_id: Option<Id<Signal>>,
    address: String,
    price: Option<i64>,
    deposit: Option<i64>,
    monthly_rent: Option<i64>,
    contract_date: Date,
    interim_date: Option<Date>,
    balance_date: Date,
    move_in_date: Option<Date>,
    lease_end_date: Option<Date>,
    counterparty_name: Option<String>,
    agent_id: Option<Id<Agent>>,
    has_document: bool,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Stored> for View {
    fn from(contract: Stored) -> Self {
        Self {
            id: contract.id,
            state: contract.state,
            kind: contract.basis.kind,
            role: contract.basis.role,
            signal_id: contract.signal_id,
            address: contract.address.as_str().to_owned(),
            price: contract.amounts.asking_price,
            deposit: contract.amounts.deposit,
            monthly_rent: contract.amounts.monthly_rent,
            contract_date: contract.basis.contract_date,
            interim_date: contract.basis.interim_date,
            balance_date: contract.basis.balance_date,
            move_in_date: contract.basis.move_in_date,
            lease_end_date: contract.basis.lease_end_date,
            counterparty_name: contract.counterparty_name.map(|name| name.as_str().to_owned()),
            agent_id: contract.agent_id,
            has_document: contract.has_document,
            version: contract.version,
            created_at: contract.created_at,
            updated_at: contract.updated_at,
        }
    }
}
