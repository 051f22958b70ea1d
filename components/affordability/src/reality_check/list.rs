//! `GET /api/v1/reality-checks` (CON-6, CONV-5): one's own checks, newest first.

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
use store::reality_check;

use super::view::{self, SummaryView};
use crate::state::Checks;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Reality checks", "listRealityChecks", "One's own checks")
        .says("Newest first, without their details.")
        .answers(Answer::ok::<Page<SummaryView>>(
            "The checks.",
            json!({"items": [view::example_summary()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(checks): State<Arc<Checks>>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(checks.cursor_key, "own reality checks");
    let found = reality_check::list(&checks.db, caller.user, page.after(&cursors)?, page.rows())
        .await
        .map_err(problem::database)?;
    let page = page.page(found, &cursors, |check| check.id, SummaryView::from);
    reply::json(StatusCode::OK, &page)
}
