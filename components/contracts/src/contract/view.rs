//! A contract as its person sees it.

use domain::agent::Agent;
use domain::contract::{Contract, Role, State};
use domain::signal::{Intent, Signal};
use domain::{Date, Id, Timestamp};
use serde::Serialize;
use store::contract::Stored;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Contract)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Contract>,
    state: State,
    kind: Intent,
    role: Role,
    #[schema(value_type = Option<String>, format = "uuid", required)]
    signal_id: Option<Id<Signal>>,
    address: String,
    #[schema(required)]
    price: Option<i64>,
    #[schema(required)]
    deposit: Option<i64>,
    #[schema(required)]
    monthly_rent: Option<i64>,
    contract_date: Date,
    #[schema(required)]
    interim_date: Option<Date>,
    balance_date: Date,
    #[schema(required)]
    move_in_date: Option<Date>,
    #[schema(required)]
    lease_end_date: Option<Date>,
    #[schema(required)]
    counterparty_name: Option<String>,
    #[schema(value_type = Option<String>, format = "uuid", required)]
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
