//! `GET /api/v1/signals/{id}/stats` (SIG-6): how one's own signal is received.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::signal::Signal;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use serde::Serialize;
use serde_json::json;
use store::signal_stats;
use utoipa::ToSchema;

use super::view::EXAMPLE_ID;
use crate::state::Signals;

#[derive(Serialize, ToSchema)]
#[schema(as = SignalStats)]
struct View {
    views: i64,
    /// `false` while the counters cannot be reached: then the newest views are missing.
    views_complete: bool,
    interests: Interests,
}

#[derive(Serialize, ToSchema)]
#[schema(as = InterestCounts)]
struct Interests {
    pending: i64,
    accepted: i64,
    declined: i64,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "getSignalStats", "How one's own signal is received")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>(
            "Views and interests by state.",
            json!({"views": 0, "views_complete": true, "interests": {"pending": 1, "accepted": 0, "declined": 0}}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    PathId(id): PathId<Signal>,
) -> Result<Response, Problem> {
    let stats = signal_stats::find(&signals.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    let stats = stats.ok_or_else(|| Problem::new(Code::NotFound))?;
    let newest = signals.views.newest(id).await;
    reply::json(
        StatusCode::OK,
        &View {
            views: stats.views + newest.unwrap_or(0),
            views_complete: newest.is_some(),
            interests: Interests {
                pending: stats.pending,
                accepted: stats.accepted,
                declined: stats.declined,
            },
        },
    )
}
