//! Headers of every answer, refusals included (GUARD-4, GUARD-7).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::limit::Decision;

/// GUARD-7, for an API that no page embeds and no script runs in.
const ALWAYS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=63072000; includeSubDomains",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Adds what every answer carries. An answer that says nothing about caching is private.
pub(crate) fn secure(headers: &mut HeaderMap, request_id: &str) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// Adds the state of the limit: `RateLimit-Policy` and `RateLimit` (IETF draft-ietf-httpapi-ratelimit-headers-11) and the
/// older `X-RateLimit-*` (GUARD-4).
pub(crate) fn limits(headers: &mut HeaderMap, decision: &Decision) {
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
