//! A contract as its person sees it.

use domain::agent::Agent;
use domain::contract::{Contract, Role, State};
use domain::signal::{Intent, Signal};
use domain::{Date, Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
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

/// The contract of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e73";

/// A contract in the documents.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "state": "draft", "kind": "jeonse", "role": "tenant", "signal_id": null,
        "address": "Teheran-ro 1, Gangnam-gu", "price": null, "deposit": 850_000_000, "monthly_rent": null,
        "contract_date": "2030-01-10", "interim_date": "2030-02-01", "balance_date": "2030-03-01",
        "move_in_date": "2030-03-02", "lease_end_date": "2032-03-01", "counterparty_name": "Hana", "agent_id": null,
        "has_document": true, "version": 1, "created_at": "2026-11-25T09:00:00.000000Z",
        "updated_at": "2026-11-25T09:00:00.000000Z",
    })
}
