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
use http_kit::doc::{Answer, Operation};
use http_kit::doc::{AnyId, Parameter};
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::reply::Page;
use http_kit::{PageRequest, Problem, reply};
use serde::Serialize;
use serde_json::json;
use store::audit::{self, Filter, Recorded};
use utoipa::ToSchema;

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

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![
            Parameter::query::<AnyId>("actor_id", "Only what this person did."),
            Parameter::query::<AnyId>("object_id", "Only what was done to this object."),
            Parameter::query::<Action>("action", "Only this action."),
            Parameter::query::<Outcome>("outcome", "Only what went this way."),
            Parameter::query::<Timestamp>("from", "Only from this instant on."),
            Parameter::query::<Timestamp>("until", "Only until this instant."),
        ];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = AuditEvent)]
struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<AuditEvent>,
    at: Timestamp,
    request_id: String,
    #[schema(value_type = Option<String>, format = "uuid", required)]
    actor_id: Option<Id<User>>,
    #[schema(value_type = Option<String>, format = "uuid", required)]
    session_id: Option<Id<Session>>,
    #[schema(value_type = domain::audit::Action)]
    action: String,
    object_kind: String,
    object_id: String,
    #[schema(value_type = domain::audit::Outcome)]
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

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "listAuditEvents", "What was done, by whom, to what")
        .says("Newest first. For the people who run the service.")
        .with("action", "session_started")
        .answers(Answer::ok::<Page<View>>(
            "The events.",
            json!({
                "items": [{
                    "id": "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e65", "at": "2026-11-25T09:00:00.000000Z",
                    "request_id": "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e77", "actor_id": crate::user::view::EXAMPLE_ID,
                    "session_id": crate::session::list::EXAMPLE_ID, "action": "session_started", "object_kind": "session",
                    "object_id": crate::session::list::EXAMPLE_ID, "outcome": "success", "method": "POST",
                    "endpoint": "/api/v1/auth/login",
                    "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }],
                "next_cursor": null,
            }),
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
    let cursors = Cursors::new(auth.cursor_key, "audit events by newest");
    let before = request.after(&cursors)?;
    let found = audit::list(&auth.db, &filter, before, request.rows())
        .await
        .map_err(problem::database)?;
    let page = request.page(found, &cursors, |event| event.id, View::from);
    reply::json(StatusCode::OK, &page)
}
