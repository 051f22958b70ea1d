//! Trace context (GUARD-10): W3C `traceparent`, level 1. A trace that the client began goes on; without one we begin ours.

use axum::http::HeaderMap;
use base16ct::lower::encode_string as hex;
use domain::{Random, random};

/// Where a request stands in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The trace, 32 hexadecimal digits.
    pub trace_id: String,
    /// The caller's span, 16 hexadecimal digits; `None` when the trace begins here.
    pub parent_id: Option<String>,
    /// Our span, 16 hexadecimal digits.
    pub span_id: String,
    /// Whether the caller records the trace.
    pub sampled: bool,
}

impl Trace {
    /// Continues the trace of the one well-formed `traceparent`, or begins one.
    pub fn read(headers: &HeaderMap, random: &dyn Random) -> Self {
        // One draw for both: randomness comes from the host.
        let drawn = hex(&random::bytes::<24>(random));
        let (span_id, trace_id) = drawn.split_at(16);
        let mut values = headers.get_all("traceparent").iter();
        let only = values.next().filter(|_| values.next().is_none());
        match only.and_then(|value| value.to_str().ok()).and_then(parse) {
            Some((trace_id, parent_id, sampled)) => Self {
                trace_id: trace_id.to_owned(),
                parent_id: Some(parent_id.to_owned()),
                span_id: span_id.to_owned(),
                sampled,
            },
            None => Self {
                trace_id: trace_id.to_owned(),
                parent_id: None,
                span_id: span_id.to_owned(),
                sampled: false,
            },
        }
    }

    /// The header of a call that this request makes.
    pub fn traceparent(&self) -> String {
        let flags = u8::from(self.sampled);
        format!("00-{}-{}-{flags:02x}", self.trace_id, self.span_id)
    }
}

/// Trace id, parent id and the sampled flag. Versions after 00 may add fields behind the four that we know.
fn parse(raw: &str) -> Option<(&str, &str, bool)> {
    let mut fields = raw.trim().splitn(5, '-');
    let version = fields.next().and_then(|field| digits(field, 2))?;
    let trace_id = fields.next().and_then(|field| digits(field, 32))?;
    let parent_id = fields.next().and_then(|field| digits(field, 16))?;
    let flags = fields.next().and_then(|field| digits(field, 2))?;
    let more = fields.next().is_some();
    if version == "ff" || (version == "00" && more) || all_zero(trace_id) || all_zero(parent_id) {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace_id, parent_id, flags & 1 == 1))
}

fn digits(field: &str, length: usize) -> Option<&str> {
    let is_lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (field.len() == length && field.bytes().all(is_lower_hex)).then_some(field)
}

fn all_zero(field: &str) -> bool {
    field.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_kit::platform::SystemRandom;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn read(values: &[&str]) -> Trace {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("traceparent", value.parse().unwrap());
        }
        Trace::read(&headers, &SystemRandom)
    }

    #[test]
    fn a_trace_goes_on_under_a_span_of_ours() {
        let trace = read(&[GOOD]);
        assert_eq!(trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(trace.parent_id.as_deref(), Some("00f067aa0ba902b7"));
        assert!(trace.sampled && trace.span_id != "00f067aa0ba902b7");
        assert_eq!(read(&[&trace.traceparent()]).trace_id, trace.trace_id);
    }

    /// Trace Context, section 2.2.5: the lowest bit says so, whatever the others say.
    #[test]
    fn the_caller_says_whether_it_records() {
        for (flags, sampled) in [
            ("00", false),
            ("01", true),
            ("02", false),
            ("03", true),
            ("fe", false),
            ("ff", true),
        ] {
            let parent = format!("{}{flags}", &GOOD[..GOOD.len() - 2]);
            let trace = read(&[&parent]);
            assert_eq!(trace.sampled, sampled, "{flags}");
            assert!(
                trace.parent_id.is_some()
                    && trace.traceparent().ends_with(if sampled { "-01" } else { "-00" })
            );
        }
    }

    #[test]
    fn what_is_malformed_begins_a_new_trace() {
        for bad in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(read(&[bad]).parent_id, None, "{bad}");
        }
        assert_eq!(read(&[GOOD, GOOD]).parent_id, None, "two are none");
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-holds";
        assert!(read(&[later]).parent_id.is_some());
    }
}
