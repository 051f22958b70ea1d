//! `POST /internal/outbox/drain` (AUTH-17): deliver what is due. `auth` rings here after an answer that left a mail; the maintenance job
//! calls it for what was left over (OPS-7).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::outbox::{Failure, LEASE, Verdict};
use futures::future::join_all;
use guard::{Context, Internal, problem};
use http_kit::doc::Parameter;
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::{Problem, reply};
use serde::Serialize;
use store::Error;
use store::outbox::{self, Claimed};

use crate::outbox::deliver;
use crate::state::Delivery;

/// Mails that are handed over at the same time. They share a lease, so a batch must be done well before that ends.
pub(crate) const BATCH: u32 = 8;

/// Mails in one run, unless the caller says otherwise, and the most that it can ask for.
const LIMIT: (u32, u32) = (100, 1000);

/// No batch is begun after this: the caller waits, and the rest is for the next run.
const LONGEST: Duration = Duration::from_secs(20);

pub struct Parameters {
    limit: u32,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let (default, most) = LIMIT;
        let given = pairs.take("limit", |raw| {
            raw.parse().ok().filter(|limit| (1..=most).contains(limit))
        })?;
        Ok(Self {
            limit: given.unwrap_or(default),
        })
    }

    fn parameters() -> Vec<Parameter> {
        vec![Parameter::number(
            "limit",
            "How many mails at most.",
            1..=LIMIT.1,
            LIMIT.0,
        )]
    }
}

/// What became of the mails of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drained {
    /// On their way.
    pub sent: u32,
    /// Kept to be looked at (development).
    pub kept: u32,
    /// To be tried again.
    pub delayed: u32,
    /// Given up.
    pub failed: u32,
}

impl Drained {
    fn count(&mut self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Sent(_) => &mut self.sent,
            Verdict::Kept => &mut self.kept,
            Verdict::Again(..) | Verdict::Postponed(..) => &mut self.delayed,
            Verdict::GivenUp(_) => &mut self.failed,
        };
        *counter += 1;
    }
}

pub async fn handle(
    _: Internal,
    context: Context,
    State(delivery): State<Arc<Delivery>>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let drained = drain(&delivery, parameters.limit, &context)
        .await
        .map_err(problem::database)?;
    reply::json(StatusCode::OK, &drained)
}

/// Delivers up to `limit` mails that are due.
///
/// # Errors
/// [`Error`]; then the mails in hand are tried again when their lease has run out.
pub async fn drain(delivery: &Delivery, limit: u32, context: &Context) -> Result<Drained, Error> {
    let end = delivery.clock.now().plus(LONGEST);
    let mut drained = Drained::default();
    let mut left = limit;
    while left > 0 {
        let now = delivery.clock.now();
        if now >= end {
            break;
        }
        let batch = outbox::claim(&delivery.db, left.min(BATCH), now.plus(LEASE), now).await?;
        if batch.is_empty() {
            break;
        }
        left = left.saturating_sub(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        let verdicts = deliver_all(delivery, &batch, context).await?;
        verdicts.iter().for_each(|verdict| drained.count(verdict));
        if verdicts.iter().any(stops) {
            break;
        }
    }
    Ok(drained)
}

/// Whether nothing more can be sent just now, which is not for the mails to find out one by one.
const fn stops(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Postponed(..) | Verdict::Again(_, Failure::Throttled)
    )
}

async fn deliver_all(
    delivery: &Delivery,
    batch: &[Claimed],
    context: &Context,
) -> Result<Vec<Verdict>, Error> {
    let all = batch.iter().map(|mail| deliver::one(delivery, mail, context));
    join_all(all).await.into_iter().collect()
}
