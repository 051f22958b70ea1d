//! `GET /api/v1/signals/{id}/interests` (SIG-4): who answered one's own signal, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::signal::Signal;
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::{Answer, Operation};
use http_kit::page::PageRequest;
use http_kit::query::Query;
use http_kit::reply::Page;
use http_kit::{Code, PathId, Problem, reply};
use serde_json::json;
use store::{interest, signal};

use super::position;
use super::view::{self, View};
use crate::signal::view::EXAMPLE_ID as SIGNAL_ID;
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Interests", "listInterests", "Who answered one's own signal")
        .says("Newest first.")
        .with("id", SIGNAL_ID)
        .answers(Answer::ok::<Page<View>>(
            "The interests.",
            json!({"items": [view::example()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    PathId(id): PathId<Signal>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(signals.cursor_key, "interests of a signal");
    let before = position::read(&page, &cursors)?;
    let found = interest::list_of_signal(&signals.db, id, caller.user, before, page.rows())
        .await
        .map_err(problem::database)?;
    if found.is_empty() && !is_own(&signals, caller.user, id).await? {
        return Err(Problem::new(Code::NotFound));
    }
    reply::json(
        StatusCode::OK,
        &page.page_by(found, &cursors, position::of, View::from),
    )
}

/// An empty list is either that or somebody else's.
async fn is_own(
    signals: &Signals,
    user: domain::Id<domain::user::User>,
    id: domain::Id<Signal>,
) -> Result<bool, Problem> {
    let own = signal::find_own(&signals.db, id, user)
        .await
        .map_err(problem::database)?;
    Ok(own.is_some())
}
