//! `POST /internal/analyses/run` (CON-4): work on what is due. `contracts` rings here when an analysis was begun and when somebody looks at
//! one that nobody works on; the maintenance job calls it for the rest (OPS-7).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::analysis::run::LEASE;
use futures::future::join_all;
use guard::{Context, Internal, problem};
use http_kit::{Problem, reply};
use serde::Serialize;
use store::{Error, analysis_work};

use super::work::{self, Ended};
use crate::state::Workshop;

/// Analyses at the same time in one call. They wait for an analyst most of the time, and others of the instance get their turn.
const AT_ONCE: usize = 4;

/// No analysis is taken up after this: the rest is for the next call.
const LONGEST: Duration = Duration::from_secs(20);

/// The most analyses that one of those that work at the same time takes up in one call.
const EACH: usize = 25;

/// What became of the analyses of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Worked {
    /// With a result.
    pub completed: u32,
    /// Without one.
    pub failed: u32,
    /// To be tried again.
    pub delayed: u32,
    /// Taken over by somebody else, or deleted, while they were worked on.
    pub lost: u32,
}

impl Worked {
    fn count(&mut self, ended: Ended) {
        let counter = match ended {
            Ended::Completed => &mut self.completed,
            Ended::Failed => &mut self.failed,
            Ended::Delayed => &mut self.delayed,
            Ended::Lost => &mut self.lost,
        };
        *counter += 1;
    }

    const fn and(self, other: Self) -> Self {
        Self {
            completed: self.completed + other.completed,
            failed: self.failed + other.failed,
            delayed: self.delayed + other.delayed,
            lost: self.lost + other.lost,
        }
    }
}

pub async fn handle(
    _: Internal,
    context: Context,
    State(workshop): State<Arc<Workshop>>,
) -> Result<Response, Problem> {
    let worked = run(&workshop, &context).await.map_err(problem::database)?;
    reply::json(StatusCode::OK, &worked)
}

/// Works on what is due, several at a time, until nothing is or the time is over.
///
/// # Errors
/// [`Error`]; then what was in hand is taken up again when its lease has run out.
pub async fn run(workshop: &Workshop, context: &Context) -> Result<Worked, Error> {
    let end = workshop.clock.now().plus(LONGEST);
    let all = (0..AT_ONCE).map(|_| one_after_another(workshop, end, context));
    let all: Result<Vec<Worked>, Error> = join_all(all).await.into_iter().collect();
    Ok(all?.into_iter().fold(Worked::default(), Worked::and))
}

async fn one_after_another(workshop: &Workshop, end: Timestamp, context: &Context) -> Result<Worked, Error> {
    let mut worked = Worked::default();
    for _ in 0..EACH {
        let now = workshop.clock.now();
        if now >= end {
            break;
        }
        let Some(claimed) = analysis_work::claim(&workshop.db, now.plus(LEASE), now).await? else {
            break;
        };
        worked.count(work::one(workshop, &claimed, context).await?);
    }
    Ok(worked)
}
