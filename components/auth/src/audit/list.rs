//! `GET /api/v1/admin/audit-events` (GUARD-11): who did what, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::{Action, AuditEvent, Outcome};
use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use guard::{Admin, problem};
use http_kit::cursor::Cursors;
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::{PageRequest, Problem, reply};
use serde::Serialize;
use store::audit::{self, Filter, Recorded};

use crate::state::Auth;

pub struct Parameters {
    filter: Filter,
    page: PageRequest,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = Filter {
            actor: pairs.take("actor_id", |raw| Id::parse(raw).ok())?,
            object: pairs.take("object_id", |raw| Id::parse(raw).ok().map(|id: Id<()>| id.uuid()))?,
            action: pairs.take("action", Action::parse)?,
            outcome: pairs.take("outcome", Outcome::parse)?,
            from: pairs.take("from", |raw| Timestamp::parse_rfc3339(raw).ok())?,
            until: pairs.take("until", |raw| Timestamp::parse_rfc3339(raw).ok())?,
        };
        Ok(Self {
            filter,
            page: PageRequest::from_query(pairs)?,
        })
    }
}

#[derive(Serialize)]
struct View {
    id: Id<AuditEvent>,
    at: Timestamp,
    request_id: String,
    actor_id: Option<Id<User>>,
    session_id: Option<Id<Session>>,
    action: String,
    object_kind: String,
    object_id: String,
    outcome: &'static str,
    method: String,
    endpoint: String,
    fingerprint: String,
}

impl From<Recorded> for View {
    fn from(event: Recorded) -> Self {
        Self {
            id: event.id,
            at: event.at,
            request_id: event.request_id,
            actor_id: event.actor,
            session_id: event.session,
            action: event.action,
            object_kind: event.object_kind,
            object_id: event.object_id,
            outcome: event.outcome.as_str(),
            method: event.method,
            endpoint: event.endpoint,
            fingerprint: event.fingerprint,
        }
    }
}

pub async fn handle(
    _: Admin,
    State(auth): State<Arc<Auth>>,
    Query(Parameters {
        filter,
        page: request,
    }): Query<Parameters>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(auth.cursor_key, "audit events by newest");
    let before = request.after(&cursors)?;
    let found = audit::list(&auth.db, &filter, before, request.rows())
        .await
        .map_err(problem::database)?;
    let page = request.page(found, &cursors, |event| event.id, View::from);
    reply::json(StatusCode::OK, &page)
}
