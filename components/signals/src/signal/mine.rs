//! `GET /api/v1/signals/mine` (SIG-3): one's own signals in any state, newest first.

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
use store::signal;

use super::view::{self, View};
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "listOwnSignals", "One's own signals")
        .says("In any state, newest first.")
        .answers(Answer::ok::<Page<View>>(
            "One's own signals.",
            json!({"items": [view::example_of_owner()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(signals.cursor_key, "own signals by newest");
    let now = signals.clock.now();
    let found = signal::list_own(&signals.db, caller.user, page.after(&cursors)?, page.rows())
        .await
        .map_err(problem::database)?;
    let names = signals.regions.get(&signals.db).await?;
    let view = |signal: signal::Stored| View::of_owner(signal, now).named(names);
    reply::json(
        StatusCode::OK,
        &page.page(found, &cursors, |signal| signal.id, view),
    )
}
