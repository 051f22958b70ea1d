//! `GET /api/v1/signals/mine` (SIG-3): one's own signals in any state, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::query::{FromQuery, Pairs, Query, limit};
use http_kit::{Problem, reply};
use store::signal;

use super::view::page;
use crate::state::Signals;

pub struct Parameters {
    limit: u8,
    cursor: Option<String>,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let cursor = pairs.take("cursor", |raw| Some(raw.to_owned()))?;
        Ok(Self {
            limit: limit(pairs)?,
            cursor,
        })
    }
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(signals.cursor_key, "own signals by newest");
    let before = parameters
        .cursor
        .map(|cursor| cursors.open_id(&cursor))
        .transpose()?;
    let found = signal::list_own(&signals.db, caller.user, before, parameters.limit + 1)
        .await
        .map_err(problem::database)?;
    let page = page(&found, parameters.limit, caller.user, |id: Id<_>| {
        cursors.seal(&id.to_string())
    });
    reply::json(StatusCode::OK, &page)
}
