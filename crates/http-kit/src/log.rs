//! The log: one JSON object per line on standard error, with stable event names (GUARD-10).

use std::io::Write;

use serde::Serialize;
use serde_json::Value;

/// Room for an ordinary line, in bytes.
const LINE: usize = 768;

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What happened.
    Info,
    /// What somebody should look at some time.
    Warn,
    /// What somebody should look at now.
    Error,
}

impl Level {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Writes one event. `fields` must hold no secret, no token and no body.
pub fn event(level: Level, name: &str, fields: impl IntoIterator<Item = (&'static str, Value)>) {
    let fields = fields.into_iter();
    let line = fields.fold(Line::new(level, name), |line, (key, value)| {
        line.value(key, &value)
    });
    line.write();
}

/// One event that is put together field by field, each a few bytes behind the last. For what happens at every request: a serialiser looks at each letter of names and ids
/// of which hardly one ever needs an escape, and took as long for the line as for the answer.
#[must_use]
pub struct Line(Vec<u8>);

impl Line {
    /// Begins with the level and the name of the event.
    pub fn new(level: Level, event: &str) -> Self {
        let mut text = Vec::with_capacity(LINE);
        text.extend_from_slice(b"{\"level\":");
        let line = Self(text).put(level.as_str());
        line.text("event", event)
    }

    /// A text.
    pub fn text(self, name: &'static str, value: &str) -> Self {
        self.name(name).put(value)
    }

    /// A text, or `null`.
    pub fn optional(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.value(name, &Value::Null),
        }
    }

    /// A whole number.
    pub fn number(self, name: &'static str, value: i64) -> Self {
        let mut line = self.name(name);
        line.0.extend_from_slice(value.to_string().as_bytes());
        line
    }

    /// Anything.
    pub fn value(self, name: &'static str, value: &Value) -> Self {
        let mut line = self.name(name);
        line.json(value);
        line
    }

    /// Ends the line and writes it. One write for the whole line: standard error is not buffered, and lines of neighbours must not mix. Nobody
    /// can be told when the log itself fails.
    pub fn write(self) {
        let Self(mut text) = self;
        text.extend_from_slice(b"}\n");
        let _ = std::io::stderr().write_all(&text);
    }

    /// Names of fields are our own and need no escape.
    fn name(mut self, name: &'static str) -> Self {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
        self
    }

    fn put(mut self, text: &str) -> Self {
        if is_plain(text) {
            self.0.push(b'"');
            self.0.extend_from_slice(text.as_bytes());
            self.0.push(b'"');
        } else {
            self.json(text);
        }
        self
    }

    /// Values of ours are texts and numbers; what is no JSON becomes `null`, so that the line stays one.
    fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        let before = self.0.len();
        if serde_json::to_writer(&mut self.0, value).is_err() {
            self.0.truncate(before);
            self.0.extend_from_slice(b"null");
        }
    }
}

/// Whether JSON can hold the text as it is (RFC 8259, section 7). Looks at all of it, because several bytes are looked at in one step that way.
fn is_plain(text: &str) -> bool {
    let escaped = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    !text.bytes().fold(false, |found, byte| found | escaped(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: Line) -> Value {
        let Line(mut text) = line;
        text.push(b'}');
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn a_line_is_one_object() {
        let line = Line::new(Level::Warn, "request")
            .text("method", "GET")
            .optional("user", None)
            .optional("code", Some("not_found"))
            .number("status", 404)
            .number("latency_us", -1)
            .value("more", &Value::from(vec![1, 2]));
        let wanted = r#"{"level": "warn", "event": "request", "method": "GET", "user": null, "code": "not_found", "status": 404,
            "latency_us": -1, "more": [1, 2]}"#;
        let wanted: Value = serde_json::from_str(wanted).unwrap();
        assert_eq!(read(line), wanted);
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in any::<String>(), plain in "[ -~]{0,40}") {
            for text in [text, plain] {
                let line = read(Line::new(Level::Info, "event").text("text", &text));
                prop_assert_eq!(line.get("text").and_then(Value::as_str), Some(&*text));
            }
        }
    }
}
