//! `GET /api/v1/signals` (SIG-3): look for signals, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::region::RegionPrefix;
use domain::signal::{Intent, PropertyType};
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::page::PageRequest;
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::{Problem, reply};
use store::signal::{self, Filter};

use super::view::View;
use crate::state::Signals;

pub struct Parameters {
    filter: Filter,
    page: PageRequest,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = Filter {
            region: pairs.take("region_code", |raw| RegionPrefix::parse(raw).ok())?,
            intent: pairs.take("intent", |raw| Intent::parse(raw).ok())?,
            property_type: pairs.take("property_type", |raw| PropertyType::parse(raw).ok())?,
        };
        let page = PageRequest::from_query(pairs)?;
        Ok(Self { filter, page })
    }
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    Query(Parameters { filter, page }): Query<Parameters>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(signals.cursor_key, "signals by newest");
    let viewer = caller.viewer(signals.clock.now());
    let found = signal::search(&signals.db, &filter, viewer, page.after(&cursors)?, page.rows())
        .await
        .map_err(problem::database)?;
    let view = |signal: signal::Stored| match signal.owner == caller.user {
        true => View::of_owner(&signal, viewer.now),
        false => View::of_stranger(&signal, viewer.now),
    };
    reply::json(
        StatusCode::OK,
        &page.page(found, &cursors, |signal| signal.id, view),
    )
}
