//! What the app printed.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Lines may come a moment after their answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The output of an app, read anew at every question.
pub struct Log<'a> {
    read: Box<dyn Fn() -> String + 'a>,
}

impl<'a> Log<'a> {
    /// A log that `read` reads.
    pub fn new(read: impl Fn() -> String + 'a) -> Self {
        Self { read: Box::new(read) }
    }

    /// Everything.
    pub fn text(&self) -> String {
        (self.read)()
    }

    /// The lines that are JSON objects.
    pub fn events(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.starts_with('{'));
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("half a line: {line}")))
            .collect()
    }

    /// The events of this name with this value of a field; waits until there is one.
    pub fn await_events(&self, name: &str, field: &str, value: &str) -> Vec<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let mut events = self.events();
            events.retain(|event| event["event"] == name && event[field] == value);
            if !events.is_empty() || Instant::now() > end {
                return events;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
