//! Cross-origin requests (GUARD-8): an allow-list of origins, and preflights answered from the route table.
//!
//! Access tokens travel in a header that only a page's own code can set, so there are no credentials in the sense of CORS and
//! `Access-Control-Allow-Credentials` is never sent.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use http_kit::headers::vary;

/// What a page of another origin may read besides the body.
const EXPOSED: &str = "ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-RateLimit-Limit, \
                       X-RateLimit-Remaining, X-RateLimit-Reset, X-RateLimit-Status, X-Request-Id";
/// What a page of another origin may send.
const ACCEPTED: &str = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, \
                        Last-Event-ID, traceparent, X-Request-Id";
/// How long a browser keeps the answer to a preflight, in seconds; Chromium's own upper bound.
const MAX_AGE: &str = "7200";

/// The origins whose pages may call.
pub struct Cors(Vec<String>);

impl Cors {
    /// Allows these origins and no other.
    pub const fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    /// Adds what the browser of the page at `origin` needs. Every answer depends on the origin as soon as one is allowed, so that
    /// no cache hands one page's answer to another.
    pub fn write(&self, headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
        if self.0.is_empty() {
            return;
        }
        vary(headers, "Origin");
        if let Some(origin) = origin.filter(|origin| self.allows(origin)) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            put(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// Adds what a preflight asks for; `methods` are those of the path.
    pub fn write_preflight(
        &self,
        headers: &mut HeaderMap,
        origin: Option<&HeaderValue>,
        methods: HeaderValue,
    ) {
        if origin.is_some_and(|origin| self.allows(origin)) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            put(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, ACCEPTED);
            put(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|known| known.as_bytes() == origin.as_bytes())
    }
}

/// The methods of a path, if `response` is the router's refusal of an `OPTIONS` request to it. The router has them from the table.
pub fn methods(method: &Method, response: &Response<Body>) -> Option<HeaderValue> {
    let asked = method == Method::OPTIONS && response.status() == StatusCode::METHOD_NOT_ALLOWED;
    response.headers().get(header::ALLOW).filter(|_| asked).cloned()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
