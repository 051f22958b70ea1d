//! Components of ours that drive what waits, called over the application's own address.

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use guard::Context;
use http_kit::client::Call;
use serde_json::{Map, Value};

use crate::state::Upkeep;

/// One of them.
pub struct Neighbour {
    /// The name of the task.
    pub task: &'static str,
    /// Where it is.
    pub uri: &'static str,
    /// If so much was done at once, there may be more: how much one call does at most.
    pub most: u64,
}

/// All of them. One that is not there is left out of the report.
pub const NEIGHBOURS: [Neighbour; 2] = [
    Neighbour {
        task: "outbox",
        uri: "http://self.alt/internal/outbox/drain?limit=100",
        most: 100,
    },
    Neighbour {
        task: "analyses",
        uri: "http://self.alt/internal/analyses/run",
        most: u64::MAX,
    },
];

/// What a call came to: how much was done and whether there is more; `None` if there is no such component.
///
/// # Errors
/// Why there is no answer, for the log.
pub async fn call(
    upkeep: &Upkeep,
    neighbour: &Neighbour,
    context: &Context,
) -> Result<Option<(u64, bool)>, String> {
    let key = format!("Bearer {}", upkeep.internal.key.expose());
    let mut key = HeaderValue::try_from(key).map_err(|_| "the key fits into no header".to_owned())?;
    key.set_sensitive(true);
    // What it drains is claimed row by row: two at once, or one twice, do no harm (OPS-7).
    let call = Call::new(Method::POST, Uri::from_static(neighbour.uri))
        .idempotent()
        .traced(&context.trace().traceparent())
        .header(header::AUTHORIZATION, key);
    let reply = upkeep
        .client
        .send(&call)
        .await
        .map_err(|error| error.to_string())?;
    match reply.status {
        StatusCode::NOT_FOUND => Ok(None),
        status if status.is_success() => Ok(Some(read(&reply.body, neighbour.most))),
        status => Err(status.to_string()),
    }
}

/// Counters are the numbers of the answer; what is left is said by `more`, or by as many as one call does.
fn read(body: &[u8], most: u64) -> (u64, bool) {
    let answer: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let done = answer
        .values()
        .filter_map(Value::as_u64)
        .fold(0, u64::saturating_add);
    let more = answer.get("more").and_then(Value::as_bool);
    (done, more.unwrap_or(done >= most))
}
