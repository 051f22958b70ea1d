//! `GET /api/v1/auth/rate-limit` (AUTH-16): what is left of one's limit. Asking costs one request, like everything else.

use axum::http::StatusCode;
use axum::response::Response;
use domain::user::Tier;
use guard::{Caller, Context, Decision};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// The numbers are `null` while the counters cannot be reached.
#[derive(Serialize, ToSchema)]
#[schema(as = RateLimitState)]
struct View {
    tier: Tier,
    class: &'static str,
    limit: u32,
    #[schema(required)]
    remaining: Option<u32>,
    /// Seconds until the window is whole again.
    #[schema(required)]
    reset: Option<i64>,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "getRateLimit", "How much of one's own limit is left")
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<View>(
            "The limit; `remaining` and `reset` are `null` while the counters cannot be read.",
            json!({"tier": "free", "class": "free", "limit": 100, "remaining": 99, "reset": 60}),
        ));
}

pub async fn handle(caller: Caller, context: Context) -> Result<Response, Problem> {
    let decision = context
        .decision()
        .ok_or_else(|| Problem::new(Code::InternalError).because("a limited route without a decision"))?;
    let (class, limit, remaining, reset) = match decision {
        Decision::Unknown { class, limit } => (class, limit, None, None),
        Decision::Known {
            class,
            limit,
            remaining,
            reset,
            ..
        } => (class, limit, Some(remaining), Some(reset)),
    };
    reply::json(
        StatusCode::OK,
        &View {
            tier: caller.tier,
            class: class.as_str(),
            limit,
            remaining,
            reset,
        },
    )
}
