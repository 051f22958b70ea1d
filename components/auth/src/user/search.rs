//! `GET /api/v1/admin/users`: find accounts by the beginning of an address or a part of a name, by role, tier and state.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::text::Line;
use domain::user::{Role, Standing, Tier};
use guard::{Admin, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::reply::Page;
use http_kit::{PageRequest, Problem, reply};
use serde_json::json;
use store::user::{self, Filter};

use super::view::{self, ManagedView};
use crate::state::Auth;

pub struct Parameters {
    filter: Filter,
    page: PageRequest,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = Filter {
            text: pairs.take("q", |raw| {
                Line::<254>::parse(raw).ok().map(|line| line.as_str().to_owned())
            })?,
            role: pairs.take("role", |raw| Role::parse(raw).ok())?,
            tier: pairs.take("tier", |raw| Tier::parse(raw).ok())?,
            standing: pairs.take("state", Standing::parse)?,
        };
        Ok(Self {
            filter,
            page: PageRequest::from_query(pairs)?,
        })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![
            Parameter::query::<Line<254>>("q", "The beginning of an address, or a part of a name."),
            Parameter::query::<Role>("role", "Only this role."),
            Parameter::query::<Tier>("tier", "Only this tier."),
            Parameter::query::<Standing>("state", "Only accounts in this state."),
        ];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "searchAccounts", "Find accounts")
        .says("Newest first.")
        .with("q", "minji")
        .answers(Answer::ok::<Page<ManagedView>>(
            "The accounts.",
            json!({"items": [view::example_managed()], "next_cursor": null}),
        ));
}

pub async fn handle(
    _: Admin,
    State(auth): State<Arc<Auth>>,
    Query(Parameters {
        filter,
        page: request,
    }): Query<Parameters>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(auth.cursor_key, "accounts by newest");
    let before = request.after(&cursors)?;
    let found = user::search(&auth.db, &filter, before, request.rows())
        .await
        .map_err(problem::database)?;
    let page = request.page(found, &cursors, |managed| managed.profile.id, ManagedView::from);
    reply::json(StatusCode::OK, &page)
}
