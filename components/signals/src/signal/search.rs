//! `GET /api/v1/signals` (SIG-3): look for signals, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::region::RegionPrefix;
use domain::signal::{Intent, PropertyType};
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::query::{FromQuery, Pairs, Query, limit};
use http_kit::{Problem, reply};
use store::signal::{self, Filter};

use super::view::page;
use crate::state::Signals;

pub struct Parameters {
    filter: Filter,
    limit: u8,
    cursor: Option<String>,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = Filter {
            region: pairs.take("region_code", |raw| RegionPrefix::parse(raw).ok())?,
            intent: pairs.take("intent", |raw| Intent::parse(raw).ok())?,
            property_type: pairs.take("property_type", |raw| PropertyType::parse(raw).ok())?,
        };
        let cursor = pairs.take("cursor", |raw| Some(raw.to_owned()))?;
        Ok(Self {
            filter,
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
    let cursors = Cursors::new(signals.cursor_key, "signals by newest");
    let before = parameters
        .cursor
        .map(|cursor| cursors.open_id(&cursor))
        .transpose()?;
    let viewer = caller.viewer(signals.clock.now());
    let one_more = parameters.limit + 1;
    let found = signal::search(&signals.db, &parameters.filter, viewer, before, one_more)
        .await
        .map_err(problem::database)?;
    let page = page(&found, parameters.limit, caller.user, |id: Id<_>| {
        cursors.seal(&id.to_string())
    });
    reply::json(StatusCode::OK, &page)
}
