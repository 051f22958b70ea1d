//! `GET /api/v1/contracts/{id}/tasks` (CON-3): the tasks of one of one's own contracts, in one's own order.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::{Answer, Operation};
use http_kit::page::PageRequest;
use http_kit::query::Query;
use http_kit::reply::Page;
use http_kit::{Code, PathId, Problem, reply};
use serde_json::json;
use store::task::{Position, Stored};
use store::{contract, task};

use super::view::{self, Reader, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "listTasks", "The tasks of one's own contract")
        .says("In their order.")
        .with("id", CONTRACT_ID)
        .answers(
            Answer::ok::<Page<View>>(
                "The tasks.",
                json!({"items": [view::example()], "next_cursor": null}),
            )
            .in_language(),
        );
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
    Query(page): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(contracts.cursor_key, format!("tasks of {id}"));
    let after = page.position(&cursors)?;
    let after = after
        .map(|text| parse(&text).ok_or_else(|| Problem::new(Code::InvalidCursor)))
        .transpose()?;
    let found = task::list(&contracts.db, id, caller.user, after, page.rows())
        .await
        .map_err(problem::database)?;
    if found.is_empty() {
        // An empty list is either that or somebody else's.
        let own = contract::find(&contracts.db, id, caller.user)
            .await
            .map_err(problem::database)?;
        own.ok_or_else(|| Problem::new(Code::NotFound))?;
    }
    let reader = Reader::new(context.language(), contracts.clock.now());
    let view = |task: Stored| View::new(task, reader);
    let response = reply::json(StatusCode::OK, &page.page_by(found, &cursors, position, view))?;
    Ok(reader.mark(response))
}

/// The text that a cursor seals.
fn position(task: &Stored) -> String {
    format!("{} {}", task.position, task.id)
}

fn parse(text: &str) -> Option<Position> {
    let (position, id) = text.split_once(' ')?;
    Some((position.parse().ok()?, Id::parse(id).ok()?))
}
