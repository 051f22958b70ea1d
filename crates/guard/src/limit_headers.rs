//! Headers that tell a client about its limit (GUARD-4).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use config::Class;

use crate::limit::Decision;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const STATUS: HeaderName = HeaderName::from_static("x-ratelimit-status");
const UNAVAILABLE: HeaderValue = HeaderValue::from_static("unavailable");

/// Adds the state of the limit: `RateLimit-Policy` and `RateLimit` (IETF draft-ietf-httpapi-ratelimit-headers-11) and the
/// older `X-RateLimit-*` (GUARD-4).
pub(crate) fn write(headers: &mut HeaderMap, decision: &Decision) {
    match *decision {
        Decision::Unknown { class, limit } => {
            put(headers, POLICY, policy(class, limit));
            headers.insert(STATUS, UNAVAILABLE);
        }
        Decision::Known {
            class,
            limit,
            remaining,
            reset,
            allowed,
        } => {
            put(headers, POLICY, policy(class, limit));
            put(headers, STATE, state(class, remaining, reset));
            headers.insert(LIMIT, limit.into());
            headers.insert(REMAINING, remaining.into());
            headers.insert(RESET, reset.into());
            if !allowed {
                headers.insert(header::RETRY_AFTER, reset.into());
            }
        }
    }
}

// Texts are put together instead of formatted: this is done for every answer.

fn policy(class: Class, limit: u32) -> String {
    ["\"", class.as_str(), "\";q=", &limit.to_string(), ";w=60"].concat()
}

fn state(class: Class, remaining: u32, reset: i64) -> String {
    let (remaining, reset) = (remaining.to_string(), reset.to_string());
    ["\"", class.as_str(), "\";r=", &remaining, ";t=", &reset].concat()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
