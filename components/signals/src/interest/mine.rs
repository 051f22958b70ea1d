//! `GET /api/v1/signals/interests/mine` (SIG-4, SIG-5): one's own interests, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::page::PageRequest;
use http_kit::query::Query;
use http_kit::{Problem, reply};
use store::interest;

use super::position;
use super::view::View;
use crate::state::Signals;

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(signals.cursor_key, "own interests");
    let before = position::read(&page, &cursors)?;
    let found = interest::list_own(&signals.db, caller.user, before, page.rows())
        .await
        .map_err(problem::database)?;
    reply::json(
        StatusCode::OK,
        &page.page_by(found, &cursors, position::of, View::from),
    )
}
