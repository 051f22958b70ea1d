//! `GET /api/v1/signals/interests/mine` (SIG-4, SIG-5): one's own interests, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::{Answer, Operation};
use http_kit::page::PageRequest;
use http_kit::query::Query;
use http_kit::reply::Page;
use http_kit::{Problem, reply};
use serde_json::json;
use store::interest;

use super::position;
use super::view::{self, View};
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Interests", "listOwnInterests", "One's own interests")
        .says("Newest first.")
        .answers(Answer::ok::<Page<View>>(
            "The interests.",
            json!({"items": [view::example()], "next_cursor": null}),
        ));
}

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
