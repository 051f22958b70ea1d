//! What goes to a provider and what comes back.

use axum::http::header;
use http_kit::client::Reply;

/// Sent with every call: Resend answers 403 (error 1010) to calls without one.
pub(crate) const USER_AGENT: &str = concat!("realcare-edge/", env!("CARGO_PKG_VERSION"));

/// The largest answer that is read, in bytes: an id or an error.
pub(crate) const ANSWER_LIMIT: usize = 16 * 1024;

/// One mail, ready to be sent. It has no debug output: it holds an address and a token.
#[derive(Clone)]
pub struct Message {
    /// Names the mail; the idempotency key where there is such a thing.
    pub id: String,
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a mail was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The provider takes no more for now, and may say for how many seconds.
    Throttled(Option<u32>),
    /// The provider is at fault or cannot be reached, and may say for how many seconds.
    Unavailable(Option<u32>),
    /// No answer in time: the mail may have been sent.
    TimedOut,
    /// The provider will never take this mail.
    Rejected,
    /// The key, the sender or the account is not accepted: somebody must change the configuration.
    NotConfigured,
}

/// The seconds of `Retry-After` (RFC 9110, section 10.2.3). A date is as good as nothing here: the outbox waits anyway.
pub(crate) fn retry_after(reply: &Reply) -> Option<u32> {
    let value = reply.headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok()
}

/// The text of a field of a JSON answer.
pub(crate) fn field(reply: &Reply, name: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    answer.get(name)?.as_str().map(str::to_owned)
}
