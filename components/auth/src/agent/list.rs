//! `GET /api/v1/admin/agents` (AUTH-19): agents, newest first; `?verified=false` shows who waits.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::{Admin, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::reply::Page;
use http_kit::{PageRequest, Problem, reply};
use serde_json::json;
use store::agent;

use super::view::{self, View};
use crate::state::Auth;

pub struct Parameters {
    verified: Option<bool>,
    page: PageRequest,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self {
            verified: pairs.take("verified", |raw| raw.parse().ok())?,
            page: PageRequest::from_query(pairs)?,
        })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![Parameter::query::<bool>(
            "verified",
            "Only agents whose licence was found in order, or only the others.",
        )];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "listAgents", "Registrations of agents")
        .says("Newest first.")
        .with("verified", false)
        .answers(Answer::ok::<Page<View>>(
            "The registrations.",
            json!({"items": [view::example()], "next_cursor": null}),
        ));
}

pub async fn handle(
    _: Admin,
    State(auth): State<Arc<Auth>>,
    Query(Parameters {
        verified,
        page: request,
    }): Query<Parameters>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(auth.cursor_key, "agents by newest");
    let before = request.after(&cursors)?;
    let found = agent::list(&auth.db, verified, before, request.rows())
        .await
        .map_err(problem::database)?;
    let page = request.page(found, &cursors, |agent| agent.id, View::from);
    reply::json(StatusCode::OK, &page)
}
