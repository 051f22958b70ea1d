//! What is asked of each part (OPS-1). All at once, each within [`LIMIT`]; a reason names what is wrong and nothing that is secret.

use std::future::Future;
use std::time::Duration;

use axum::http::Method;
use futures::future::{Either, join_all, select};
use futures::join;
use http_kit::client::{Call, Failure};
use http_kit::log::{Level, event};
use store::SCHEMA_VERSION;

use crate::state::{Health, Service};

/// How long a part may take to answer.
pub const LIMIT: Duration = Duration::from_secs(2);

/// How a check went: a reason if it failed.
pub type Outcome = Result<(), &'static str>;

/// A check that was made.
pub struct Check {
    /// What was asked.
    pub name: &'static str,
    /// What kind of part it is, as the format for health checks knows them.
    pub kind: Kind,
    /// How it went.
    pub outcome: Outcome,
    /// What was seen of it, if anything was.
    pub observed: Option<Observed>,
}

impl Check {
    const fn inside(name: &'static str, outcome: Outcome, observed: Option<Observed>) -> Self {
        let kind = Kind::Inside;
        Self {
            name,
            kind,
            outcome,
            observed,
        }
    }

    /// What the documents show (OPS-6): everything inside with the database as it is, or without an answer of it.
    pub fn examples(is_up: bool) -> [Self; 4] {
        let (database, migrations, version) = if is_up {
            (Ok(()), Ok(()), Some(Observed::Schema(17)))
        } else {
            (Err(SILENT), Err(UNKNOWN), None)
        };
        let micros = |micros| Some(Observed::Micros(micros));
        [
            Self::inside("database", database, micros(1_840)),
            Self::inside("migrations", migrations, version),
            Self::inside("revocations", Ok(()), micros(310)),
            Self::inside("counters", Ok(()), micros(290)),
        ]
    }
}

/// What is seen of a part besides how it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Microseconds until it answered, for what answers for itself.
    Micros(i64),
    /// The number of the newest migration that was applied.
    Schema(i64),
}

/// Kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A database or store of ours: without it nothing goes.
    Inside,
    /// Somebody else's service: without it a part of ours waits.
    Outside,
}

const LATE: &str = "does not answer in time";
const SILENT: &str = "does not answer";
const BEHIND: &str = "behind this release: run the migrations";
const UNKNOWN: &str = "unknown while the database does not answer";

/// What the database says of itself and of its migrations. A schema that is ahead of the release is as good as its own: migrations
/// keep the release before them working, which serves until the next one is up and again after a rollback (OPS-4).
pub async fn database(health: &Health) -> [Check; 2] {
    let ask = store::health::schema_version(&health.db);
    let (answer, micros) = timed(health, ask).await;
    let schema = match &answer {
        Some(Ok(version)) => *version,
        _ => None,
    };
    let (database, migrations) = match answer {
        Some(Ok(Some(version))) if version >= SCHEMA_VERSION => (Ok(()), Ok(())),
        Some(Ok(_)) => (Ok(()), Err(BEHIND)),
        Some(Err(error)) => {
            note("health_database_failed", &error.to_string());
            (Err(SILENT), Err(UNKNOWN))
        }
        None => (Err(LATE), Err(UNKNOWN)),
    };
    [
        Check::inside("database", database, Some(Observed::Micros(micros))),
        Check::inside("migrations", migrations, schema.map(Observed::Schema)),
    ]
}

/// Whether revocations can be read: nobody is let in without them (GUARD-2).
pub async fn revocations(health: &Health) -> Check {
    let ask = health.guard.revocations.probe(health.guard.clock.now());
    store(health, "revocations", "health_revocations_failed", ask).await
}

/// Whether calls can be counted (GUARD-4).
pub async fn counters(health: &Health) -> Check {
    let ask = health.guard.probe_counters();
    store(health, "counters", "health_counters_failed", ask).await
}

async fn store(
    health: &Health,
    name: &'static str,
    failed: &'static str,
    ask: impl Future<Output = Result<(), kv::Error>>,
) -> Check {
    let (answer, micros) = timed(health, ask).await;
    let outcome = match answer {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => {
            note(failed, &error.to_string());
            Err(SILENT)
        }
        None => Err(LATE),
    };
    Check::inside(name, outcome, Some(Observed::Micros(micros)))
}

/// Whether somebody else's service answers at all: anything that it says counts, because it is asked without a key.
async fn outside(health: &Health, service: &Service) -> Check {
    let call = Call::new(Method::HEAD, service.address.clone());
    let ask = health.transport.exchange(&call, LIMIT);
    let (answer, micros) = timed(health, ask).await;
    let outcome = match answer {
        Some(Ok(_) | Err(Failure::TooLarge)) => Ok(()),
        Some(Err(failure)) => {
            note(
                "health_outside_failed",
                &format!("{}: {}", service.name, failure.as_str()),
            );
            Err(SILENT)
        }
        None => Err(LATE),
    };
    Check {
        name: service.name,
        kind: Kind::Outside,
        outcome,
        observed: Some(Observed::Micros(micros)),
    }
}

/// Everything that there is to ask, all at once.
pub async fn all(health: &Health) -> Vec<Check> {
    let others = join_all(health.outside.iter().map(|service| outside(health, service)));
    let (database, revocations, counters, others) =
        join!(database(health), revocations(health), counters(health), others);
    let mut checks = Vec::from(database);
    checks.extend([revocations, counters]);
    checks.extend(others);
    checks
}

/// The answer, if it came within the limit, and the microseconds that were waited for it.
async fn timed<T>(health: &Health, ask: impl Future<Output = T>) -> (Option<T>, i64) {
    let start = health.guard.clock.now();
    let ask = std::pin::pin!(ask);
    let answer = match select(ask, health.transport.sleep(LIMIT)).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    };
    (answer, health.guard.clock.now().micros() - start.micros())
}

fn note(name: &'static str, detail: &str) {
    event(Level::Error, name, [("detail", detail.into())]);
}
