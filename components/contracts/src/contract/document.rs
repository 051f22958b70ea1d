//! `GET /api/v1/contracts/{id}/document` (CON-1): the text of one of one's own contracts. A route of its own, because it is long and nothing
//! else that is shown of a contract is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathId, Problem};
use serde::Serialize;
use serde_json::json;
use store::contract;
use utoipa::ToSchema;

use super::view::EXAMPLE_ID;
use crate::state::Contracts;

#[derive(Serialize, ToSchema)]
#[schema(as = ContractDocument)]
struct View<'a> {
    document_text: &'a str,
}

/// The text of the documents' examples.
pub const EXAMPLE: &str = "Jeonse contract\n\
    The landlord leases the home at Teheran-ro 1, Gangnam-gu, to the tenant.\n\
    Article 1. The deposit is 850,000,000 won: 85,000,000 won at signing, the balance on the day of moving in.\n\
    Article 2. The lease lasts two years from 2 March 2030.\n\
    Article 3. The tenant repairs everything, whatever breaks.";

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Contracts",
            "getContractDocument",
            "The text of one's own contract",
        )
        .says("`null` stands nowhere here: without a text the answer is 404.")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View<'_>>("The text.", json!({"document_text": EXAMPLE})).tagged());
}

pub async fn handle(
    caller: Caller,
    State(contracts): State<Arc<Contracts>>,
    known: IfNoneMatch,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let found = contract::find_document(&contracts.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    let (text, version) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let document_text = text.as_str();
    etag::read(&known, version, &View { document_text })
}
