//! The line that every request leaves in the log (GUARD-10).

use axum::body::Body;
use axum::http::Response;
use domain::Timestamp;
use http_kit::Problem;
use http_kit::log::{Level, Line};

use crate::context::{Context, Notes};

/// How a request ended.
pub struct Ended<'a> {
    /// The answer as it leaves.
    pub response: &'a Response<Body>,
    /// What it says, if it is a refusal.
    pub problem: Option<&'a Problem>,
    /// Bytes of its body.
    pub bytes: u64,
    /// When it was ready.
    pub at: Timestamp,
}

/// Who answered and whom, as far as that is known.
pub struct Parties<'a> {
    /// The name of the component.
    pub component: Option<&'static str>,
    /// The fingerprint of the client.
    pub fingerprint: Option<&'a str>,
}

/// Writes the line.
pub fn write(ended: &Ended<'_>, parties: &Parties<'_>, context: &Context, notes: &Notes) {
    let status = ended.response.status();
    let level = if status.is_server_error() {
        Level::Error
    } else {
        Level::Info
    };
    let trace = context.trace();
    let line = Line::new(level, "request")
        .text("time", &context.received().to_string())
        .optional("component", parties.component)
        .text("request_id", context.request_id())
        .text("trace_id", &trace.trace_id)
        .text("span_id", &trace.span_id)
        .optional("parent_span_id", trace.parent_id.as_deref())
        .text("method", context.method().as_str())
        .text(
            "route",
            notes.route.as_ref().map_or("unmatched", |route| route.path),
        )
        .number("status", status.as_u16().into())
        .number("latency_us", micros(context.received(), ended.at))
        .number("bytes", i64::try_from(ended.bytes).unwrap_or(i64::MAX))
        .optional("user_id", notes.user.map(|id| id.to_string()).as_deref())
        .optional("session_id", notes.session.map(|id| id.to_string()).as_deref())
        .optional("fingerprint", parties.fingerprint);
    let line = match ended.problem {
        None => line,
        Some(problem) => line.text("code", problem.code().as_str()),
    };
    let line = match ended.problem.and_then(Problem::internal) {
        None => line,
        Some(detail) => line.text("detail", detail),
    };
    line.write();
}

/// Microseconds from one instant to another; 0 if the clock was set back in between.
pub fn micros(begin: Timestamp, end: Timestamp) -> i64 {
    end.micros().saturating_sub(begin.micros()).max(0)
}
