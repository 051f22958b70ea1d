//! `GET /api/v1/contracts/{id}/analyses` (CON-4): the analyses of one's own contract, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::cursor::Cursors;
use http_kit::{Code, PageRequest, PathId, Problem, Query, reply};
use store::analysis;

use super::view::Summary;
use crate::state::Contracts;

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
