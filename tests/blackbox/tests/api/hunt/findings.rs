//! What a hunt finds, all of it and not only the first.

use std::fs::OpenOptions;
use std::io::Write;
use std::{env, fmt};

use realcare_blackbox::{Answer, problem};

use super::cleaned::unclean;

/// Statuses that a request of any kind may get. A refusal by 5xx is never the sender's fault.
const EXPECTED: &[u16] = &[
    200, 201, 202, 204, 302, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422,
];

/// The findings of one hunt.
pub struct Findings {
    hunt: &'static str,
    requests: usize,
    all: Vec<String>,
}

impl Findings {
    /// None yet.
    pub const fn of(hunt: &'static str) -> Self {
        Self {
            hunt,
            requests: 0,
            all: Vec::new(),
        }
    }

    /// Notes one.
    pub fn note(&mut self, finding: impl fmt::Display) {
        self.all.push(finding.to_string());
    }

    /// Looks at an answer to `what`.
    pub fn look(&mut self, what: &dyn fmt::Display, answer: &Answer) {
        self.requests += 1;
        if !EXPECTED.contains(&answer.status) {
            self.note(format_args!("{what}: {} {}", answer.status, answer.text()));
        }
        // The standard gives the answers of these routes a form of their own (RFC 6749, section 5.2; RFC 7662, section 2.3).
        let oauth = ["/auth/token", "/auth/revoke", "/auth/introspect"]
            .iter()
            .any(|route| answer.path.ends_with(route));
        let type_of = answer.header("content-type").unwrap_or_default();
        if answer.status >= 400 && !(oauth && type_of == "application/json") {
            let whole = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| problem(answer)));
            if whole.is_err() {
                self.note(format_args!("{what}: no whole problem: {answer:?}"));
            }
        }
        // What we wrote ourselves: one of its examples is a calendar, whose lines end as RFC 5545 wants.
        let ours = answer.path.starts_with("/openapi.json");
        if type_of.contains("json")
            && !ours
            && let Some(text) = serde_json::from_slice(&answer.body)
                .ok()
                .as_ref()
                .and_then(unclean)
        {
            self.note(format_args!("{what}: {}: an unclean text: {text}", answer.status));
        }
    }

    /// Fails if there are any; else says how much was looked at, also into the file `REALCARE_HUNT_REPORT`.
    pub fn finish(self) {
        let line = format!(
            "{}: {} requests, {} findings",
            self.hunt,
            self.requests,
            self.all.len()
        );
        println!("{line}");
        if let Some(path) = env::var_os("REALCARE_HUNT_REPORT") {
            let file = OpenOptions::new().create(true).append(true).open(path);
            let mut file = file.expect("the report can be written");
            writeln!(file, "{line}").expect("the report can be written");
        }
        let first: Vec<&str> = self.all.iter().take(40).map(String::as_str).collect();
        assert!(self.all.is_empty(), "{line}\n  {}", first.join("\n  "));
        assert!(self.requests > 0, "{}: nothing was hunted", self.hunt);
    }
}
