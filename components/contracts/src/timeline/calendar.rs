//! Calendars as RFC 5545 has them: components of content lines, escaped, folded, and ended by CR LF. Written here, because the one crate that is
//! maintained (`icalendar`) adds 95 kB to a component; it reads what is written in the tests.

use domain::{Date, Timestamp};

/// The most bytes of a line, its end not counted (section 3.1).
const LINE: usize = 75;

/// A calendar that is being written.
pub struct Calendar(String);

/// An event that lasts for a day.
pub struct Event<'a> {
    /// The same for the same thing, as often as it is exported.
    pub uid: &'a str,
    /// How often it was changed before.
    pub sequence: i64,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The day.
    pub day: Date,
    /// One line.
    pub summary: &'a str,
    /// Several lines.
    pub description: Option<&'a str>,
    /// Where.
    pub location: &'a str,
}

impl Calendar {
    /// An empty calendar of this name.
    pub fn new(name: &str) -> Self {
        let mut calendar = Self(String::with_capacity(8 * 1024));
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//RealCare//Edge//EN");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.line("METHOD", "PUBLISH");
        // Not in the standard, and read by everybody.
        calendar.line("X-WR-CALNAME", &escaped(name));
        calendar
    }

    /// Adds an event. It takes the day and nobody's time.
    pub fn event(&mut self, event: &Event<'_>) {
        self.line("BEGIN", "VEVENT");
        self.line("UID", &escaped(event.uid));
        self.line("DTSTAMP", &instant(event.changed));
        self.line("LAST-MODIFIED", &instant(event.changed));
        self.line("SEQUENCE", &event.sequence.to_string());
        self.line("DTSTART;VALUE=DATE", &compact(event.day));
        self.line("DTEND;VALUE=DATE", &compact(event.day.plus_days(1)));
        self.line("SUMMARY", &escaped(event.summary));
        if let Some(description) = event.description {
            self.line("DESCRIPTION", &escaped(description));
        }
        self.line("LOCATION", &escaped(event.location));
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// The text.
    pub fn finish(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.0
    }

    /// A content line, folded where a character ends (section 3.1).
    fn line(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if length + character.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A text value (section 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            // Other control characters cannot stand in a text, but for the tab.
            '\t' => out.push('\t'),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// `20270228` (section 3.3.4).
fn compact(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// `20270228T093000Z` (section 3.3.5); whole seconds.
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_and_days_are_compact() {
        let at = Timestamp::parse("2027-02-28T09:30:00.123456Z").unwrap();
        assert_eq!(instant(at), "20270228T093000Z");
        assert_eq!(compact(Date::parse("2027-02-28").unwrap()), "20270228");
    }

    proptest! {
        /// Whatever somebody writes stays within its line, and a reader gets it back.
        #[test]
        fn what_is_written_is_read(raw in "[ -~\n\u{ac00}-\u{ad00}\u{1F600};,\\\\]{1,300}") {
            let text = raw.trim().to_owned();
            let mut calendar = Calendar::new("a");
            calendar.event(&Event {
                uid: "1",
                sequence: 0,
                changed: Timestamp::from_micros(0),
                day: Date::parse("2027-02-28").unwrap(),
                summary: &text,
                description: Some(&text),
                location: "here",
            });
            let written = calendar.finish();
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= LINE && !line.contains(['\r', '\n']), "{line:?}");
            }
            let read: icalendar::Calendar = written.parse().unwrap();
            let events: Vec<_> = read.events().collect();
            prop_assert_eq!(events.len(), 1);
            use icalendar::Component;
            prop_assert_eq!(events[0].get_description().unwrap_or_default(), text.clone());
            prop_assert_eq!(events[0].get_summary().unwrap_or_default(), text);
        }
    }
}
