//! The log: one JSON object per line on standard error, with stable event names (GUARD-10).

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};

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
    let mut line = Map::new();
    line.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
    record(level, name, &line);
}

/// The same with the fields of a struct, for events of every request: nothing is copied before it is written.
pub fn record(level: Level, name: &str, fields: &impl Serialize) {
    #[derive(Serialize)]
    struct Line<'a, F> {
        level: &'static str,
        event: &'a str,
        #[serde(flatten)]
        fields: &'a F,
    }
    let line = Line {
        level: level.as_str(),
        event: name,
        fields,
    };
    let mut text = Vec::with_capacity(LINE);
    // A value that is no JSON has no line; ours are texts and numbers.
    if serde_json::to_writer(&mut text, &line).is_err() {
        return;
    }
    text.push(b'\n');
    // One write for the whole line: standard error is not buffered, and lines of neighbours must not mix. Nobody can be told
    // when the log itself fails.
    let _ = std::io::stderr().write_all(&text);
}
