//! `GET /health/ready` (OPS-1): database, key-value stores and migrations are as they must be; 503 if not.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::{Anonymous, Guard};
use http_kit::log::{Level, event};
use http_kit::{Problem, reply};
use serde::Serialize;
use store::{Database, SCHEMA_VERSION};

use crate::state::Health;

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    checks: Vec<Check>,
}

/// One check. Its reason names what is wrong and nothing that is secret.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Check {
    fn new(name: &'static str, outcome: Result<(), &'static str>) -> Self {
        let status = if outcome.is_ok() { "pass" } else { "fail" };
        Self {
            name,
            status,
            reason: outcome.err(),
        }
    }
}

pub async fn handle(_: Anonymous, State(health): State<Arc<Health>>) -> Result<Response, Problem> {
    let (database, migrations) = database(&health.db).await;
    let checks = vec![
        Check::new("database", database),
        Check::new("migrations", migrations),
        Check::new("revocations", revocations(&health.guard).await),
    ];
    let passed = checks.iter().all(|check| check.status == "pass");
    let status = if passed {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    reply::json(
        status,
        &Ready {
            status: if passed { "pass" } else { "fail" },
            checks,
        },
    )
}

async fn database(db: &Database) -> (Result<(), &'static str>, Result<(), &'static str>) {
    match store::health::schema_version(db).await {
        Ok(Some(version)) if version == SCHEMA_VERSION => (Ok(()), Ok(())),
        Ok(Some(version)) if version > SCHEMA_VERSION => (Ok(()), Err("newer than this release")),
        Ok(_) => (Ok(()), Err("behind this release: run the migrations")),
        Err(error) => {
            event(
                Level::Error,
                "health_database_failed",
                [("detail", error.to_string().into())],
            );
            (
                Err("does not answer"),
                Err("unknown while the database does not answer"),
            )
        }
    }
}

async fn revocations(guard: &Guard) -> Result<(), &'static str> {
    guard.revocations.probe(guard.clock.now()).await.map_err(|error| {
        event(
            Level::Error,
            "health_revocations_failed",
            [("detail", error.to_string().into())],
        );
        "does not answer"
    })
}
