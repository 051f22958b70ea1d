//! Headers that anybody may send.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use domain::Random;
use domain::user_agent::UserAgent;
use domain::version::Expected;
use guard::{ClientAddress, Trace};
use http_kit::Language;
use http_kit::compress::Encoders;
use http_kit::etag::{self, IfMatch, IfNoneMatch};

struct Ones;

impl Random for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

/// The lines of the input that fit into a header, as so many values of it.
fn values(bytes: &[u8]) -> impl Iterator<Item = HeaderValue> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
}

/// What a client sends never moves the address that was seen (GUARD-6).
pub fn client_address(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for (index, value) in values(bytes).enumerate() {
        let name = if index % 2 == 0 {
            "x-forwarded-for"
        } else {
            "spin-client-addr"
        };
        headers.append(name, value);
    }
    for trusted in 0..4 {
        let address = ClientAddress::read(&headers, trusted);
        assert!(!address.subject().is_empty() && !address.text().is_empty());
    }
    headers.append("spin-client-addr", HeaderValue::from_static("192.0.2.7:4711"));
    assert_eq!(ClientAddress::read(&headers, 0).text(), "192.0.2.7");
}

/// Whatever a client calls itself, what is shown is of ours.
pub fn user_agent(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = UserAgent::read(&text);
    assert_eq!(read, UserAgent::read(&text));
}

/// A preference never takes more than choosing.
pub fn languages(bytes: &[u8]) {
    for value in values(bytes) {
        let text = value.to_str().ok();
        let language = Language::negotiate(text);
        assert!(["en", "ko"].contains(&language.tag()));
        let _ = Encoders::ALL.negotiate(text);
    }
}

/// A trace that goes on is well-formed, and goes on again (GUARD-10).
pub fn trace(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for value in values(bytes) {
        headers.append("traceparent", value);
    }
    let first = Trace::read(&headers, &Ones);
    let mut next = HeaderMap::new();
    next.insert(
        "traceparent",
        HeaderValue::try_from(first.traceparent()).expect("a header"),
    );
    let second = Trace::read(&next, &Ones);
    assert_eq!(
        (&second.trace_id, second.sampled),
        (&first.trace_id, first.sampled)
    );
    assert_eq!(second.parent_id.as_ref(), Some(&first.span_id));
}

/// A precondition names versions, bounded in number, and never one that it does not spell (CONV-6).
pub fn precondition(bytes: &[u8]) {
    let mut request = Request::new(());
    for value in values(bytes) {
        request.headers_mut().append("if-match", value.clone());
        request.headers_mut().append("if-none-match", value);
    }
    let (mut parts, ()) = request.into_parts();
    let wanted = at_once(IfMatch::from_request_parts(&mut parts, &())).expect("any precondition is read");
    let known = at_once(IfNoneMatch::from_request_parts(&mut parts, &())).expect("any precondition is read");
    let text = String::from_utf8_lossy(bytes);
    if let Expected::OneOf(versions) = wanted.expected() {
        assert!(versions.len() <= 16);
        for version in versions {
            assert!(text.contains(&format!("\"v{version}")), "{version} in {text}");
        }
    }
    let answer = etag::read(&known, 7, &()).expect("nothing can be written");
    let is_known = answer.status() == StatusCode::NOT_MODIFIED;
    assert!(!is_known || text.contains("\"v7") || text.contains('*'), "{text}");
}

/// The result of what does not wait.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("reading a header waits for nothing"),
    }
}
