//! `GET /api/v1/contracts/{id}/analyses` (CON-4): the analyses of one's own contract, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::{Answer, Operation};
use http_kit::reply::Page;
use http_kit::{Code, PageRequest, PathId, Problem, Query, reply};
use serde_json::json;
use store::analysis;

use super::view::{self, Summary};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Analyses", "listAnalyses", "The analyses of one's own contract")
        .says("Newest first, without what they found: that stands at each one's own path.")
        .with("id", CONTRACT_ID)
        .answers(Answer::ok::<Page<Summary>>(
            "The analyses.",
            json!({"items": [view::example_summary()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(contracts.cursor_key, "analyses of a contract");
    let before = page.after(&cursors)?;
    let now = contracts.clock.now();
    let found = analysis::list(&contracts.db, id, caller.user, before, page.rows(), now)
        .await
        .map_err(problem::database)?;
    if found.is_empty() {
        // An empty list is either that or somebody else's.
        let own = store::contract::find(&contracts.db, id, caller.user).await;
        if own.map_err(problem::database)?.is_none() {
            return Err(Problem::new(Code::NotFound));
        }
    }
    let view = |one| Summary::new(&one, context.language());
    reply::json(StatusCode::OK, &page.page(found, &cursors, |one| one.id, view))
}
