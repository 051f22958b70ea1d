//! The id of a request: the client's if it is well-formed, else ours (GUARD-7).

use axum::http::HeaderMap;
use domain::{Id, Random, Timestamp};

use crate::headers::REQUEST_ID;

/// What ids of requests name.
struct Request;

/// Keeps the id that the client sent, or makes one.
pub fn choose(headers: &HeaderMap, now: Timestamp, random: &dyn Random) -> String {
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let kept = sent.filter(|id| is_harmless(id)).map(str::to_owned);
    kept.unwrap_or_else(|| Id::<Request>::new(now, random).to_string())
}

/// 8 to 64 characters that can do no harm in a log or a header.
fn is_harmless(raw: &str) -> bool {
    (8..=64).contains(&raw.len())
        && raw
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
