//! `POST /internal/maintenance/run` (OPS-7): one bounded run of every task. Two at once do no harm: they share the work.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::progress::Progress;
use guard::{Context, Internal, SWEPT_REVOCATIONS, counter_is_over};
use http_kit::log::{Level, event};
use http_kit::{Problem, reply};
use kv::Swept;
use store::sweep::{BATCH, Sweep, sweep};
use store::{Error, signal_expiry};

use super::neighbour::{NEIGHBOURS, call};
use super::report::{Report, Task};
use crate::state::Upkeep;

/// Batches of one task in one run.
const BATCHES: u32 = 4;
/// Entries of a key-value store in one run: each is a call to the host.
const ENTRIES: usize = 2_000;
/// No batch is begun after this: the caller waits, and the rest is for the next run.
const LONGEST: Duration = Duration::from_secs(10);

pub async fn handle(
    _: Internal,
    context: Context,
    State(upkeep): State<Arc<Upkeep>>,
) -> Result<Response, Problem> {
    let report = run(&upkeep, &context).await;
    reply::json(StatusCode::OK, &report)
}

/// Does a part of everything. A task that fails is noted and leaves the others alone.
pub async fn run(upkeep: &Upkeep, context: &Context) -> Report {
    let now = upkeep.clock.now();
    let end = now.plus(LONGEST);
    let mut report = Report::default();
    let expire = || signal_expiry::expire(&upkeep.db, now);
    report.push(in_batches(upkeep, "expired_signals", end, context, expire).await);
    for what in Sweep::ALL {
        let one = || sweep(&upkeep.db, what, now);
        report.push(in_batches(upkeep, what.as_str(), end, context, one).await);
    }
    let counters = upkeep.counters.by_key(|key| counter_is_over(key, now), ENTRIES);
    report.push(entries("counters", counters.await, context));
    let of_session = |key: &str| key.starts_with(SWEPT_REVOCATIONS);
    let revocations = upkeep.revocations.by_value(of_session, now.seconds(), ENTRIES);
    report.push(entries("revocations", revocations.await, context));
    // A record that has expired is written again if its work is taken up after a day. Each write is the whole record, a run writes at every
    // step with a statement in between, and the look and the removal of one key follow each other: the next write makes good what the
    // removal took. The work itself is in the database.
    let old = |key: &str| Progress::may_have_expired(key, now);
    let progress = upkeep.progress.by_value(old, now.seconds(), ENTRIES);
    report.push(entries("progress", progress.await, context));
    for neighbour in NEIGHBOURS {
        let (done, more, failed) = match call(upkeep, &neighbour, context).await {
            Ok(None) => continue,
            Ok(Some((done, more))) => (done, more, false),
            Err(error) => {
                failure(neighbour.task, &error, context);
                (0, false, true)
            }
        };
        report.push(Task {
            task: neighbour.task,
            done,
            more,
            failed,
        });
    }
    report
}

/// Repeats a statement that does at most [`BATCH`] rows until one does fewer.
async fn in_batches<F>(
    upkeep: &Upkeep,
    task: &'static str,
    end: Timestamp,
    context: &Context,
    one: impl Fn() -> F,
) -> Task
where
    F: Future<Output = Result<u32, Error>>,
{
    let mut result = Task {
        task,
        done: 0,
        more: true,
        failed: false,
    };
    for _ in 0..BATCHES {
        if upkeep.clock.now() >= end {
            break;
        }
        match one().await {
            Ok(rows) => {
                result.done += u64::from(rows);
                result.more = rows >= BATCH;
            }
            Err(error) => {
                failure(task, &error.to_string(), context);
                (result.more, result.failed) = (false, true);
            }
        }
        if !result.more {
            break;
        }
    }
    result
}

fn entries(task: &'static str, swept: Result<Swept, kv::Error>, context: &Context) -> Task {
    let (done, more, failed) = match swept {
        Ok(swept) => (swept.removed.into(), swept.more, false),
        Err(error) => {
            failure(task, &error.0, context);
            (0, false, true)
        }
    };
    Task {
        task,
        done,
        more,
        failed,
    }
}

fn failure(task: &'static str, detail: &str, context: &Context) {
    let fields = context.about([("task", task.into()), ("detail", detail.into())]);
    event(Level::Error, "maintenance_failed", fields);
}
