//! Headers of every answer, refusals included (GUARD-7).

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

/// The header that carries the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// As many headers as an answer has.
const MOST: usize = 24;
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// GUARD-7, for an API that no page embeds and no script runs in. Constants, because every answer would check their letters otherwise.
const ALWAYS: [(HeaderName, HeaderValue); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=63072000; includeSubDomains"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Makes room for as many headers as an answer has, while there are few: growing sorts them in anew each time.
pub fn make_room(headers: &mut HeaderMap) {
    headers.reserve(MOST);
}

/// Adds what every answer carries. An answer that says nothing about caching is private.
pub fn secure(headers: &mut HeaderMap, request_id: &str) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// Adds a request header to those on which the answer depends (RFC 9110, section 12.5.5).
pub fn vary(headers: &mut HeaderMap, name: &'static str) {
    let known = headers.get(header::VARY).and_then(|value| value.to_str().ok());
    let all = match known {
        Some(known) if known.split(',').any(|one| one.trim().eq_ignore_ascii_case(name)) => return,
        Some(known) => HeaderValue::try_from(format!("{known}, {name}")).ok(),
        None => Some(HeaderValue::from_static(name)),
    };
    if let Some(all) = all {
        headers.insert(header::VARY, all);
    }
}

/// Sets `Content-Length` where the length is known and the status allows it (RFC 9110, section 8.6), so that head and body
/// can leave together; gives the length.
pub fn set_length(response: &mut Response<Body>) -> Option<u64> {
    let length = response.body().size_hint().exact()?;
    match response.status() {
        StatusCode::NO_CONTENT => {}
        StatusCode::NOT_MODIFIED => {
            // It would speak of the body that the client has; the router has set that of the empty one.
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        _ => {
            let length = HeaderValue::from(length);
            response
                .headers_mut()
                .entry(header::CONTENT_LENGTH)
                .or_insert(length);
        }
    }
    Some(length)
}
