//! Why there is no answer.

use axum::http::{StatusCode, header};
use http_kit::client::{CallError, Failure, Reply};
use serde::Deserialize;

/// Why there is no answer. None of it holds what the provider said: that may repeat a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The provider takes no more for now, and may say for how many seconds.
    Throttled(Option<u32>),
    /// The provider is at fault or cannot be reached.
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// The answer broke off.
    Cut,
    /// The answer does not have the form that was asked for.
    Malformed,
    /// The provider does not answer about this document.
    Refused,
    /// The key, the model or the account is not accepted: somebody must change the configuration.
    NotConfigured,
}

/// The body of an answer that is none (<https://google.aip.dev/193>).
#[derive(Deserialize)]
struct Body {
    error: Status,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    /// Of `google.rpc.ErrorInfo`.
    #[serde(default)]
    reason: String,
    /// Of `google.rpc.RetryInfo`: seconds with an `s` behind.
    #[serde(default, rename = "retryDelay")]
    retry_delay: String,
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Self {
        match error.failure {
            Failure::Timeout => Self::TimedOut,
            // The platform does not let us call there: `allowed_outbound_hosts` names another endpoint.
            Failure::Refused => Self::NotConfigured,
            Failure::Unreachable => Self::Unavailable,
            Failure::TooLarge | Failure::Malformed | Failure::Broken => Self::Malformed,
        }
    }
}

impl Fault {
    /// By the table of errors (<https://ai.google.dev/gemini-api/docs/troubleshooting>).
    pub(crate) fn of(reply: &Reply) -> Self {
        let error = serde_json::from_slice::<Body>(&reply.body)
            .ok()
            .map(|body| body.error);
        match reply.status {
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled(wait(reply, error.as_ref())),
            StatusCode::BAD_REQUEST if error.as_ref().is_some_and(is_ours) => Self::NotConfigured,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Self::NotConfigured,
            StatusCode::GATEWAY_TIMEOUT => Self::TimedOut,
            // Longer than the model reads, or otherwise not to its liking.
            status if status.is_client_error() => Self::Refused,
            _ => Self::Unavailable,
        }
    }
}

/// A wrong key is answered with 400, and so is an account that may not use the API.
fn is_ours(error: &Status) -> bool {
    error.status == "FAILED_PRECONDITION"
        || error
            .details
            .iter()
            .any(|detail| detail.reason.starts_with("API_KEY"))
}

/// The seconds that the provider asks for: `Retry-After`, or `RetryInfo` in the body.
fn wait(reply: &Reply, error: Option<&Status>) -> Option<u32> {
    let header = reply.headers.get(header::RETRY_AFTER);
    let asked = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    asked.or_else(|| {
        let delays = error?.details.iter().map(|detail| detail.retry_delay.as_str());
        delays
            .filter_map(|delay| delay.strip_suffix('s')?.split('.').next()?.parse::<u32>().ok())
            .max()
    })
}
