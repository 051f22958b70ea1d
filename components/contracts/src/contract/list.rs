//! `GET /api/v1/contracts` (CON-1): one's own contracts, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::signal::Intent;
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::page::PageRequest;
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::reply::Page;
use http_kit::{Problem, reply};
use serde_json::json;
use store::contract::{self, Filter};

use super::view::{self, View};
use crate::state::Contracts;

pub struct Request {
    page: PageRequest,
    filter: Filter,
}

impl FromQuery for Request {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let state = pairs.take("state", |raw| domain::contract::State::parse(raw).ok())?;
        let kind = pairs.take("kind", |raw| Intent::parse(raw).ok())?;
        Ok(Self {
            page: PageRequest::from_query(pairs)?,
            filter: Filter { state, kind },
        })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![
            Parameter::query::<domain::contract::State>("state", "Only contracts in this state."),
            Parameter::query::<Intent>("kind", "Only this kind."),
        ];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

impl Request {
    /// What a cursor is good for: this list with these filters.
    fn name(&self) -> String {
        let state = self.filter.state.map_or("any", domain::contract::State::as_str);
        let kind = self.filter.kind.map_or("any", Intent::as_str);
        format!("own contracts, state {state}, kind {kind}")
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Contracts", "listContracts", "One's own contracts")
        .says("Newest first.")
        .answers(Answer::ok::<Page<View>>(
            "The contracts.",
            json!({"items": [view::example()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(contracts): State<Arc<Contracts>>,
    Query(request): Query<Request>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(contracts.cursor_key, request.name());
    let (page, filter) = (&request.page, request.filter);
    let found = contract::list_own(
        &contracts.db,
        caller.user,
        filter,
        page.after(&cursors)?,
        page.rows(),
    )
    .await
    .map_err(problem::database)?;
    reply::json(
        StatusCode::OK,
        &page.page(found, &cursors, |contract| contract.id, View::from),
    )
}
