//! `GET /health/ready` (OPS-1): database, key-value stores and migrations are as they must be; 503 if not. Counters may be missing:
//! without them nobody is refused (GUARD-4).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures::join;
use guard::Anonymous;
use http_kit::{Problem, reply};
use serde::Serialize;
use utoipa::ToSchema;

use crate::checks;
use crate::state::Health;

#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
struct Ready {
    status: &'static str,
    checks: Vec<Check>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessCheck)]
struct Check {
    name: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl From<checks::Check> for Check {
    fn from(check: checks::Check) -> Self {
        Self {
            name: check.name,
            status: word(check.outcome.is_ok()),
            reason: check.outcome.err(),
        }
    }
}

const fn word(passed: bool) -> &'static str {
    if passed { "pass" } else { "fail" }
}

pub async fn handle(_: Anonymous, State(health): State<Arc<Health>>) -> Result<Response, Problem> {
    let ([database, migrations], revocations) =
        join!(checks::database(&health), checks::revocations(&health));
    let checks = [database, migrations, revocations];
    let passed = checks.iter().all(|check| check.outcome.is_ok());
    let status = if passed {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let ready = Ready {
        status: word(passed),
        checks: checks.into_iter().map(Check::from).collect(),
    };
    reply::json(status, &ready)
}
