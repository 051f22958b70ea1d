//! `GET /api/v1/auth/sessions` (AUTH-12): where one is signed in, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::session::Session;
use domain::user_agent::UserAgent;
use domain::{Id, Timestamp};
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::{Answer, Operation};
use http_kit::reply::Page;
use http_kit::{PageRequest, Problem, Query, reply};
use serde::Serialize;
use serde_json::json;
use store::session::{self, Listed};
use utoipa::ToSchema;

use crate::state::Auth;

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Session>,
    /// Whether it is the sign-in that asks.
    current: bool,
    #[serde(flatten)]
    user_agent: UserAgent,
    ip: String,
    #[schema(required)]
    place: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
}

impl View {
    fn new(session: Listed, current: Id<Session>) -> Self {
        Self {
            id: session.id,
            current: session.id == current,
            user_agent: UserAgent::read(&session.user_agent),
            ip: session.client_address,
            place: session.place,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// The sign-in of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e63";

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "listSessions", "Where one is signed in")
        .says("Newest first.")
        .answers(Answer::ok::<Page<View>>(
            "The sign-ins.",
            json!({
                "items": [{
                    "id": EXAMPLE_ID, "current": true, "device": "desktop", "client": "Firefox", "os": "Linux",
                    "ip": "203.0.113.7", "place": null, "created_at": "2026-11-25T09:00:00.000000Z",
                    "last_used_at": "2026-11-25T09:00:00.000000Z", "expires_at": "2026-12-25T09:00:00.000000Z",
                }],
                "next_cursor": null,
            }),
        ));
}

pub async fn handle(
    caller: Caller,
    State(auth): State<Arc<Auth>>,
    Query(request): Query<PageRequest>,
) -> Result<Response, Problem> {
    let cursors = Cursors::new(auth.cursor_key, "own sessions by newest");
    let before = request.after(&cursors)?;
    let found = session::list(&auth.db, caller.user, before, request.rows(), auth.clock.now())
        .await
        .map_err(problem::database)?;
    let page = request.page(
        found,
        &cursors,
        |session| session.id,
        |session| View::new(session, caller.session),
    );
    reply::json(StatusCode::OK, &page)
}
