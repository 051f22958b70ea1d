//! `POST /api/v1/contracts` (CON-1, CON-2): note a contract; its tasks come with it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::{Contract, Draft, NewContract};
use domain::{FieldError, Id};
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, etag, reply};
use serde::Deserialize;
use serde_json::json;
use store::contract;
use utoipa::ToSchema;

use super::document::EXAMPLE as DOCUMENT;
use super::references;
use super::view::{self, View};
use crate::state::Contracts;
use crate::timeline::plan;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewContract)]
pub struct Request {
    #[schema(value_type = domain::signal::Intent)]
    kind: String,
    #[schema(value_type = domain::contract::Role)]
    role: String,
    #[schema(value_type = Option<String>, format = "uuid")]
    signal_id: Option<String>,
    #[schema(value_type = domain::address::Address)]
    address: String,
    #[schema(value_type = Option<domain::Won>)]
    price: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    deposit: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    monthly_rent: Option<i64>,
    #[schema(value_type = domain::Date)]
    contract_date: String,
    #[schema(value_type = Option<domain::Date>)]
    interim_date: Option<String>,
    #[schema(value_type = domain::Date)]
    balance_date: String,
    #[schema(value_type = Option<domain::Date>)]
    move_in_date: Option<String>,
    /// Last day of a lease; two years from its beginning if it is not said.
    #[schema(value_type = Option<domain::Date>)]
    lease_end_date: Option<String>,
    #[schema(value_type = Option<domain::person::PersonName>)]
    counterparty_name: Option<String>,
    #[schema(value_type = Option<String>, format = "uuid")]
    agent_id: Option<String>,
    #[schema(value_type = Option<domain::contract::DocumentText>)]
    document_text: Option<String>,
}

impl Request {
    fn parse(&self) -> Result<NewContract, Vec<FieldError>> {
        NewContract::parse(&Draft {
            kind: &self.kind,
            role: &self.role,
            signal_id: self.signal_id.as_deref(),
            address: &self.address,
            price: self.price,
            deposit: self.deposit,
            monthly_rent: self.monthly_rent,
            contract_date: &self.contract_date,
            interim_date: self.interim_date.as_deref(),
            balance_date: &self.balance_date,
            move_in_date: self.move_in_date.as_deref(),
            lease_end_date: self.lease_end_date.as_deref(),
            counterparty_name: self.counterparty_name.as_deref(),
            agent_id: self.agent_id.as_deref(),
            document_text: self.document_text.as_deref(),
        })
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Contracts", "createContract", "Note a contract")
        .says("Makes its timeline of tasks from the template for its kind and role. Prices must fit the kind, dates must follow each other.")
        .example(json!({
            "kind": "jeonse", "role": "tenant", "address": "Teheran-ro 1, Gangnam-gu", "deposit": 850_000_000,
            "contract_date": "2030-01-10", "interim_date": "2030-02-01", "balance_date": "2030-03-01",
            "move_in_date": "2030-03-02", "counterparty_name": "Hana", "document_text": DOCUMENT,
        }))
        .answers(Answer::created::<View>("The contract.", view::example()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let new = creation.value.parse()?;
    let now = contracts.clock.now();
    let viewer = caller.viewer(now);
    let plan = plan(&new.basis(), now, &*contracts.random);
    let audit = context.audit(Action::ContractCreated, &*contracts.random);
    let create = async |id: Id<Contract>| {
        let stored = contract::create(&contracts.db, id, viewer, (&new, &plan), &audit)
            .await
            .map_err(problem::database)?;
        let Some(stored) = stored else {
            return Err(references::refused(&contracts.db, viewer, (new.signal_id, new.agent_id)).await?);
        };
        let version = stored.version;
        let mut response = reply::created(&format!("/api/v1/contracts/{id}"), &View::from(stored))?;
        etag::tag(response.headers_mut(), version);
        Ok(response)
    };
    let id = Id::new(now, &*contracts.random);
    creation
        .once
        .run(&contracts.db, caller.user, id, now, create)
        .await
}
