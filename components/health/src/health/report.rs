//! `GET /health` (OPS-1): every part with its status and latency, in the format of the draft "Health Check Response Format for HTTP APIs"
//! (draft-inadarei-api-health-check-06). What is outside makes a warning, what is inside a failure (503).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::Timestamp;
use guard::Anonymous;
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};
use serde::Serialize;
use utoipa::ToSchema;

use crate::checks::{self, Check, Kind, Observed};
use crate::state::Health;

/// For how long a report is shown again: asking as often as one likes costs the parts nothing.
const FRESH_MICROS: i64 = 5_000_000;

/// The report of an instance.
#[derive(Default)]
pub struct Latest {
    report: Mutex<Option<Arc<Report>>>,
    is_asking: AtomicBool,
}

/// How all of it is.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthReport)]
pub struct Report {
    status: Status,
    #[serde(rename = "serviceId")]
    service_id: &'static str,
    #[serde(rename = "releaseId")]
    release_id: &'static str,
    checks: BTreeMap<String, [Entry; 1]>,
    #[serde(skip)]
    at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthStatus)]
enum Status {
    Pass,
    Warn,
    Fail,
}

#[derive(Serialize, ToSchema)]
#[schema(as = HealthCheck)]
struct Entry {
    #[serde(rename = "componentType")]
    component_type: &'static str,
    #[serde(rename = "observedValue", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    observed_value: Option<i64>,
    #[serde(rename = "observedUnit", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    observed_unit: Option<&'static str>,
    status: Status,
    time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    output: Option<&'static str>,
}

impl Report {
    fn new(checks: Vec<Check>, at: Timestamp) -> Self {
        let judged = checks.into_iter().map(|check| {
            let status = match (check.outcome, check.kind) {
                (Ok(()), _) => Status::Pass,
                (Err(_), Kind::Outside) => Status::Warn,
                (Err(_), Kind::Inside) => Status::Fail,
            };
            let (measured, value, unit) = match check.observed {
                Some(Observed::Micros(micros)) => (":responseTime", Some(micros), Some("us")),
                Some(Observed::Schema(version)) => ("", Some(version), None),
                None => ("", None, None),
            };
            let entry = Entry {
                component_type: match check.kind {
                    Kind::Inside => "datastore",
                    Kind::Outside => "system",
                },
                observed_value: value,
                observed_unit: unit,
                status,
                time: at,
                output: check.outcome.err(),
            };
            (format!("{}{measured}", check.name), [entry])
        });
        let checks: BTreeMap<_, _> = judged.collect();
        let worst = checks.values().flatten().map(|entry| entry.status).max();
        Self {
            status: worst.unwrap_or(Status::Pass),
            service_id: "realcare-edge",
            release_id: env!("CARGO_PKG_VERSION"),
            checks,
            at,
        }
    }
}

impl Latest {
    fn read(&self) -> MutexGuard<'_, Option<Arc<Report>>> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The media type of health documents.
const MEDIA_TYPE: &str = "application/health+json";

/// When the reports of the documents are from: 2026-11-25T09:00:00Z.
const EXAMPLE_AT: Timestamp = Timestamp::from_micros(1_795_597_200_000_000);

/// A report in the documents.
fn example(is_up: bool) -> serde_json::Value {
    let report = Report::new(Vec::from(Check::examples(is_up)), EXAMPLE_AT);
    serde_json::to_value(report).unwrap_or_default()
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Health", "getHealth", "How everything that is used is doing")
        .says(
            "A health document (draft-inadarei-api-health-check), at most 5 seconds old. What lies outside can only `warn`, what lies \
             inside makes it `fail`.",
        )
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<Report>("Everything inside is well.", example(true)).media_type(MEDIA_TYPE))
        .answers(
            Answer::json::<Report>(
                StatusCode::SERVICE_UNAVAILABLE,
                "Something inside is not.",
                example(false),
            )
            .media_type(MEDIA_TYPE),
        );
}

pub async fn handle(_: Anonymous, State(health): State<Arc<Health>>) -> Result<Response, Problem> {
    let report = current(&health).await;
    let status = match report.status {
        Status::Pass | Status::Warn => StatusCode::OK,
        Status::Fail => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = reply::json(status, &*report)?;
    let media_type = HeaderValue::from_static(MEDIA_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    Ok(response)
}

/// A report that is fresh. Of several who come when it is not, one asks; the others see the one before, if there is one.
async fn current(health: &Health) -> Arc<Report> {
    let now = health.guard.clock.now();
    let known = health.latest.read().clone();
    if let Some(report) = known {
        let is_fresh = now.micros() - report.at.micros() < FRESH_MICROS;
        if is_fresh || health.latest.is_asking.swap(true, Ordering::SeqCst) {
            return report;
        }
    }
    let _turn = Turn(&health.latest.is_asking);
    let report = Arc::new(Report::new(checks::all(health).await, now));
    *health.latest.read() = Some(Arc::clone(&report));
    report
}

/// Whoever asks for the others; over also when the client leaves before the answers are there.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}
