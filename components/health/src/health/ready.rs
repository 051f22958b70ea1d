//! `GET /health/ready` (OPS-1): database, key-value stores and migrations are as they must be; 503 if not. Counters may be missing:
//! without them nobody is refused (GUARD-4).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures::join;
use guard::Anonymous;
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
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
    #[schema(nullable = false)]
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

impl Ready {
    /// Whether requests can be answered, and what is said of it.
    fn new(checks: [checks::Check; 3]) -> (bool, Self) {
        let is_ready = checks.iter().all(|check| check.outcome.is_ok());
        let ready = Self {
            status: word(is_ready),
            checks: checks.into_iter().map(Check::from).collect(),
        };
        (is_ready, ready)
    }
}

const fn word(passed: bool) -> &'static str {
    if passed { "pass" } else { "fail" }
}

/// An answer in the documents.
fn example(is_up: bool) -> serde_json::Value {
    let [database, migrations, revocations, _] = checks::Check::examples(is_up);
    let (_, ready) = Ready::new([database, migrations, revocations]);
    serde_json::to_value(ready).unwrap_or_default()
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Health", "getReadiness", "Whether requests can be answered")
        .says("Looks at the database, the newest migration and the store of revocations.")
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<Ready>("They can.", example(true)))
        .answers(Answer::json::<Ready>(
            StatusCode::SERVICE_UNAVAILABLE,
            "They cannot: send them elsewhere.",
            example(false),
        ));
}

pub async fn handle(_: Anonymous, State(health): State<Arc<Health>>) -> Result<Response, Problem> {
    let ([database, migrations], revocations) =
        join!(checks::database(&health), checks::revocations(&health));
    let (is_ready, ready) = Ready::new([database, migrations, revocations]);
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    reply::json(status, &ready)
}
