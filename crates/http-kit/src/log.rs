//! The log: one JSON object per line on standard error, with stable event names (GUARD-10).

use std::io::Write;

use serde_json::{Map, Value};

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
    line.insert("level".to_owned(), level.as_str().into());
    line.insert("event".to_owned(), name.into());
    line.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let mut text = Value::Object(line).to_string();
    text.push('\n');
    // One write for the whole line: standard error is not buffered, and lines of neighbours must not mix. Nobody can be told
    // when the log itself fails.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
