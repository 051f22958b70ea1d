//! `PUT /api/v1/contracts/{id}/tasks/order` (CON-3): puts the tasks into one's own order. The whole list, because that is what somebody sees who
//! drags one of them: asked twice it is the same, and an order that was made of an older list is noticed.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use domain::timeline::{MOST_TASKS, Task};
use domain::{FieldCode, FieldError, Fields, Id};
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Json, PathId, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::{contract, task};
use utoipa::ToSchema;

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// More than a contract can have: templates add to what a person wrote.
const MOST: usize = 2 * MOST_TASKS as usize;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaskOrder)]
pub struct Request {
    /// Every task of the contract, once.
    tasks: Vec<String>,
}

impl Request {
    fn parse(&self) -> Result<Vec<Id<Task>>, Vec<FieldError>> {
        let mut fields = Fields::new();
        if self.tasks.is_empty() {
            fields.refuse("/tasks", FieldCode::Required);
        }
        if self.tasks.len() > MOST {
            fields.refuse("/tasks", FieldCode::TooLong);
            return fields.finish(None);
        }
        let mut known = HashSet::new();
        let mut order = Vec::with_capacity(self.tasks.len());
        for (index, raw) in self.tasks.iter().enumerate() {
            let pointer = format!("/tasks/{index}");
            match Id::parse(raw) {
                Ok(id) if known.insert(id) => order.push(id),
                Ok(_) => fields.refuse(&pointer, FieldCode::NotAllowed),
                Err(_) => fields.refuse(&pointer, FieldCode::InvalidFormat),
            }
        }
        fields.finish(Some(order))
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "arrangeTasks", "Put the tasks into another order")
        .says("Names every task of the contract once; if tasks came or went meanwhile, nothing changes.")
        .with("id", CONTRACT_ID)
        .example(json!({"tasks": [crate::task::view::EXAMPLE_ID]}))
        .refuses(&[Code::OutdatedOrder])
        .answers(Answer::done("They stand in this order."));
}

pub async fn handle(
    caller: Caller,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let order = request.parse()?;
    let arranged = task::arrange(&contracts.db, id, caller.user, &order)
        .await
        .map_err(problem::database)?;
    if arranged {
        return Ok(reply::empty(StatusCode::NO_CONTENT));
    }
    let exists = contract::find(&contracts.db, id, caller.user)
        .await
        .map_err(problem::database)?
        .is_some();
    Err(Problem::new(if exists {
        Code::OutdatedOrder
    } else {
        Code::NotFound
    }))
}
