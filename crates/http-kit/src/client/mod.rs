//! Calls to others (GUARD-5): bounded in time and size, repeated only where that is safe, and without a secret in what can go
//! wrong. The platform is behind [`Transport`], so that tests script what the other side does.

mod retry;
#[cfg(target_family = "wasm")]
mod spin;
mod stream;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use domain::{Clock, Random, Timestamp};
use futures::future::{Either, select};

#[cfg(target_family = "wasm")]
pub use spin::SpinTransport;
pub use stream::{Begun, Opened, Pieces, Stream};

/// Time until a connection stands (GUARD-5).
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for everything: every attempt, the pauses between them, and the answer to its last byte (GUARD-5).
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest answer that is read unless the caller says otherwise, in bytes.
pub const ANSWER_LIMIT: usize = 1024 * 1024;

/// A value of `traceparent` goes with the call, so that the other side continues the trace (W3C Trace Context, level 1).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Something on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What carries a call to the other side and an answer back.
pub trait Transport: Send + Sync {
    /// One attempt: sends the request and reads the whole answer, following no redirect. It must give up by itself when no
    /// connection stands after [`CONNECT_TIMEOUT`] and should do so after `within`; the client stops waiting then in any case.
    fn exchange<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Reply, Failure>>;
    /// The same, but the answer is there as soon as its head is.
    fn open<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Opened, Failure>> {
        Box::pin(async move {
            let reply = self.exchange(call, within).await?;
            Ok(Opened {
                status: reply.status,
                headers: reply.headers,
                pieces: Box::new(stream::Whole(Some(reply.body))),
            })
        })
    }
    /// Ends after this time.
    fn sleep(&self, duration: Duration) -> Pending<'_, ()>;
}

/// Whether a call may be sent again when nobody knows what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    /// Nothing comes of it but an answer.
    Free,
    /// Sending it twice is the same as once.
    Safe,
    /// It may have happened already.
    Unsafe,
}

/// One call. It has no debug output: headers and body hold secrets.
#[derive(Clone)]
pub struct Call {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    answer_limit: usize,
    repeat: Repeat,
}

impl Call {
    /// A call without a body. `GET`, `HEAD`, `PUT` and `DELETE` are idempotent (RFC 9110, section 9.2.2) and may be repeated.
    pub fn new(method: Method, uri: Uri) -> Self {
        let repeat = if method.is_idempotent() {
            Repeat::Safe
        } else {
            Repeat::Unsafe
        };
        Self {
            method,
            uri,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            answer_limit: ANSWER_LIMIT,
            repeat,
        }
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE, HeaderValue::from_static(media_type))
    }

    /// Sends the trace of the request on; see `guard::Trace::traceparent`.
    #[must_use]
    pub fn traced(self, traceparent: &str) -> Self {
        match HeaderValue::from_str(traceparent) {
            Ok(value) => self.header(TRACEPARENT, value),
            Err(_) => self,
        }
    }

    /// Reads at most this many bytes of the answer.
    #[must_use]
    pub const fn answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// Says that the other side treats a second copy as the first, for example by an idempotency key.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.repeat = Repeat::Safe;
        self
    }

    /// Says that the other side does nothing but answer, so that the call may be made again after any fault of its own (500 included).
    #[must_use]
    pub const fn without_effect(mut self) -> Self {
        self.repeat = Repeat::Free;
        self
    }

    /// The method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Where it goes. It may hold a secret in its query: keep it out of logs.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub const fn content(&self) -> &Bytes {
        &self.body
    }

    /// The most bytes that are read of an answer.
    pub const fn limit(&self) -> usize {
        self.answer_limit
    }
}

/// What came back, of any status; a redirect is an answer like any other.
#[derive(Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not in time.
    Timeout,
    /// No connection, or one that broke.
    Unreachable,
    /// The platform does not let this component call there (`allowed_outbound_hosts`).
    Refused,
    /// More than the caller reads.
    TooLarge,
    /// The call or its answer is not well-formed HTTP.
    Malformed,
    /// The exchange broke off, or what came is no HTTP: the platform has one code for both.
    Broken,
}

impl Failure {
    /// The stable spelling in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Broken => "broken",
        }
    }
}

/// A call that got no answer. It names the host and nothing else of the call: paths and queries may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Whom it was for.
    pub host: String,
    /// Why there is no answer.
    pub failure: Failure,
}

impl fmt::Display for CallError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "call to {}: {}", self.host, self.failure.as_str())
    }
}

impl std::error::Error for CallError {}

/// Makes calls. Cheap to clone; one per instance.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Client {
    /// A client over this transport.
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            transport,
            clock,
            random,
        }
    }

    /// Makes a call, again if it is idempotent and the other side may do better after a pause, all within [`TOTAL_TIMEOUT`].
    ///
    /// # Errors
    /// [`CallError`] when there is no answer; an answer of any status is one.
    pub async fn send(&self, call: &Call) -> Result<Reply, CallError> {
        let end = self.clock.now().plus(TOTAL_TIMEOUT);
        let mut repeats = 0;
        loop {
            let outcome = self.attempt(call, end).await;
            let Some(pause) = self.pause(call, &outcome, repeats, end) else {
                let host = call.uri.host().unwrap_or_default().to_owned();
                return outcome.map_err(|failure| CallError { host, failure });
            };
            self.transport.sleep(pause).await;
            repeats += 1;
        }
    }

    async fn attempt(&self, call: &Call, end: Timestamp) -> Result<Reply, Failure> {
        let left = left(&*self.clock, end);
        let answer = self.transport.exchange(call, left);
        match select(answer, self.transport.sleep(left)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(Failure::Timeout),
        }
    }
}

/// The time until `end`.
fn left(clock: &dyn Clock, end: Timestamp) -> Duration {
    let left = end.micros().saturating_sub(clock.now().micros());
    Duration::from_micros(u64::try_from(left).unwrap_or(0)).min(TOTAL_TIMEOUT)
}
