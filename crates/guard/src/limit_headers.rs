//! Headers that tell a client about its limit (GUARD-4).

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::limit::Decision;

/// Adds the state of the limit: `RateLimit-Policy` and `RateLimit` (IETF draft-ietf-httpapi-ratelimit-headers-11) and the
/// older `X-RateLimit-*` (GUARD-4).
pub(crate) fn write(headers: &mut HeaderMap, decision: &Decision) {
    match *decision {
        Decision::Unknown { class, limit } => {
            put(
                headers,
                "ratelimit-policy",
                &format!("\"{}\";q={limit};w=60", class.as_str()),
            );
            put(headers, "x-ratelimit-status", "unavailable");
        }
        Decision::Known {
            class,
            limit,
            remaining,
            reset,
            allowed,
        } => {
            let name = class.as_str();
            put(headers, "ratelimit-policy", &format!("\"{name}\";q={limit};w=60"));
            put(
                headers,
                "ratelimit",
                &format!("\"{name}\";r={remaining};t={reset}"),
            );
            put(headers, "x-ratelimit-limit", &limit.to_string());
            put(headers, "x-ratelimit-remaining", &remaining.to_string());
            put(headers, "x-ratelimit-reset", &reset.to_string());
            if !allowed {
                put(headers, "retry-after", &reset.to_string());
            }
        }
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
