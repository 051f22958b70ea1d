//! `POST /api/v1/contracts` (CON-1): note a contract.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::{Contract, Draft, NewContract};
use domain::{FieldCode, FieldError, Id};
use guard::{Caller, Context, Creation, problem};
use http_kit::{Problem, reply};
use serde::Deserialize;
use store::contract;

use super::view::View;
use crate::state::Contracts;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    kind: String,
    role: String,
    signal_id: Option<String>,
    address: String,
    price: Option<i64>,
    deposit: Option<i64>,
    monthly_rent: Option<i64>,
    contract_date: String,
    interim_date: Option<String>,
    balance_date: String,
    move_in_date: Option<String>,
    counterparty_name: Option<String>,
    document_text: Option<String>,
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let request = &creation.value;
    let new = NewContract::parse(&Draft {
        kind: &request.kind,
        role: &request.role,
        signal_id: request.signal_id.as_deref(),
        address: &request.address,
        price: request.price,
        deposit: request.deposit,
        monthly_rent: request.monthly_rent,
        contract_date: &request.contract_date,
        interim_date: request.interim_date.as_deref(),
        balance_date: &request.balance_date,
        move_in_date: request.move_in_date.as_deref(),
        counterparty_name: request.counterparty_name.as_deref(),
        document_text: request.document_text.as_deref(),
    })?;
    let now = contracts.clock.now();
    let viewer = caller.viewer(now);
    let audit = context.audit(Action::ContractCreated, &*contracts.random);
    let create = async |id: Id<Contract>| {
        let stored = contract::create(&contracts.db, id, viewer, &new, &audit)
            .await
            .map_err(problem::database)?;
        let stored = stored.ok_or_else(unknown_signal)?;
        reply::created(&format!("/api/v1/contracts/{id}"), &View::from(stored))
    };
    let id = Id::new(now, &*contracts.random);
    creation
        .once
        .run(&contracts.db, caller.user, id, now, create)
        .await
}

/// The signal does not exist for this person.
fn unknown_signal() -> Problem {
    Problem::fields(vec![FieldError {
        pointer: "/signal_id".to_owned(),
        code: FieldCode::UnknownValue,
    }])
}
