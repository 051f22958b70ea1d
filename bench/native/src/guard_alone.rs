//! What `GET /api/v1/auth/rate-limit` answers, without the rest of `auth`.

use axum::http::StatusCode;
use axum::response::Response;
use guard::{Caller, Context, Decision};
use http_kit::{Problem, reply};
use serde_json::json;

/// Answers what is left of the caller's limit.
pub async fn handle(caller: Caller, context: Context) -> Result<Response, Problem> {
    let Some(Decision::Known {
        class,
        limit,
        remaining,
        reset,
        ..
    }) = context.decision()
    else {
        return reply::json(StatusCode::OK, &json!({"tier": caller.tier}));
    };
    let view = json!({
        "tier": caller.tier, "class": class.as_str(), "limit": limit, "remaining": remaining, "reset": reset,
    });
    reply::json(StatusCode::OK, &view)
}
