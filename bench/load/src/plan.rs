//! What is to be done, and what came of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// One run: several streams at the same time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How long to ask, in milliseconds. Answers that are on their way then are waited for and counted.
    pub millis: u64,
    /// What is asked at the same time.
    pub streams: Vec<Stream>,
}

/// Connections that ask for the same things.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Whom.
    pub address: SocketAddr,
    /// How many connections.
    pub connections: usize,
    /// At most so many requests in all; no bound without it.
    pub most: Option<u64>,
    /// A pause in microseconds between an answer and the next request of a connection; none without it.
    pub pause_micros: Option<u64>,
    /// What is asked, in turns over all connections.
    pub requests: Vec<Request>,
    /// Statuses that are right.
    pub statuses: Vec<u16>,
    /// What the body of a right answer has in it; nothing in particular when empty.
    pub contains: String,
}

/// A request as it goes over the wire, head and body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Request(pub String);

/// What came of a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What came of each stream, in the plan's order.
    pub streams: Vec<Outcome>,
    /// Why the run counts for nothing: a wrong answer.
    pub void: Option<String>,
}

/// What came of one stream. Times are microseconds from the first byte of the request to the last one of the answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Answers.
    pub answers: u64,
    /// Answers per second.
    pub per_second: f64,
    /// The median.
    pub p50: f64,
    /// 99 of 100 took at most this long.
    pub p99: f64,
    /// 999 of 1000 took at most this long.
    pub p999: f64,
    /// The longest.
    pub longest: f64,
    /// How many answers had which status.
    pub statuses: BTreeMap<u16, u64>,
    /// The time of each answer in order, if there are at most ten thousand.
    pub times: Vec<f64>,
}
