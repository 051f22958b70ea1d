//! `GET /api/v1/contracts/{id}` (CON-1): one of one's own contracts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathId, Problem};
use store::contract;

use super::view::{self, EXAMPLE_ID, View};
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Contracts", "getContract", "One of one's own contracts")
        .says("Without its text, which is `GET /api/v1/contracts/{id}/document`.")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The contract.", view::example()).tagged());
}

pub async fn handle(
    caller: Caller,
    State(contracts): State<Arc<Contracts>>,
    known: IfNoneMatch,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let found = contract::find(&contracts.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    etag::read(&known, found.version, &View::from(found))
}
