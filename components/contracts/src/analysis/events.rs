//! What a stream says (CON-5), as the events of an event stream (WHATWG HTML, section 9.2).
//!
//! Only findings have an id, `<analysis>/<number>`: they are what is told once. Stages, the conclusion and the end are how things stand, and are
//! told again to whoever comes back.

use domain::Id;
use domain::analysis::run::{Analysis, State};
use domain::analysis::{Clause, Finding, RiskLevel};
use domain::progress::{Stage, Status};
use http_kit::Language;
use serde::Serialize;
use store::analysis::Stored;
use store::analysis_finding::Numbered;

use super::view::Failure;

/// Milliseconds after which a client that was cut off comes back.
const RETRY: u32 = 1000;

#[derive(Serialize)]
struct OneStage {
    stage: Stage,
    status: Status,
}

#[derive(Serialize)]
struct OneClause<'a> {
    number: u32,
    #[serde(flatten)]
    clause: &'a Clause,
}

#[derive(Serialize)]
struct OneMissing<'a> {
    number: u32,
    text: &'a str,
}

/// What stands at the end. `findings` are the numbers of the events that stand, worst first: others were superseded.
#[derive(Serialize)]
struct Conclusion<'a> {
    risk_level: RiskLevel,
    risk_score: u8,
    summary: &'a str,
    model: &'a str,
    findings: &'a [u32],
}

#[derive(Serialize)]
struct Done {
    state: State,
}

/// What a client of a stream has been told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The highest number of a finding.
    pub after: u32,
    stage: Option<(i64, Stage, Status)>,
}

impl Told {
    /// The findings up to this number, in another stream.
    pub const fn up_to(after: u32) -> Self {
        Self { after, stage: None }
    }

    /// The number that a client names as the last event that it has of this analysis; 0 if it names none.
    pub fn resumed(last_event_id: Option<&str>, analysis: Id<Analysis>) -> u32 {
        let named = last_event_id.and_then(|id| id.split_once('/'));
        named
            .filter(|(of, _)| *of == analysis.to_string())
            .and_then(|(_, number)| number.parse().ok())
            .unwrap_or(0)
    }

    /// The events that bring a client to where the analysis is, as text; empty if it is there already.
    pub fn tell(&mut self, stored: &Stored, language: Language) -> String {
        let mut text = String::new();
        self.tell_stages(stored, &mut text);
        for numbered in &stored.findings {
            finding(stored.id, numbered, &mut text);
            self.after = self.after.max(numbered.number);
        }
        if let (Some(result), State::Completed) = (&stored.result, stored.state) {
            let conclusion = Conclusion {
                risk_level: result.risk_level,
                risk_score: result.risk_score,
                summary: &result.summary,
                model: &result.model,
                findings: stored.ranking.as_deref().unwrap_or_default(),
            };
            write(&mut text, None, "conclusion", &conclusion);
        }
        if let (Some(code), State::Failed) = (&stored.failure, stored.state) {
            write(&mut text, None, "error", &Failure::new(code, language));
        }
        if stored.state.is_over() {
            write(&mut text, None, "done", &Done { state: stored.state });
        }
        text
    }

    /// Every change of a stage since the last time, also of those that came and went in between.
    fn tell_stages(&mut self, stored: &Stored, text: &mut String) {
        let status = match stored.state {
            State::Pending => Status::Pending,
            State::Processing => Status::Processing,
            State::Completed => Status::Completed,
            State::Failed => Status::Failed,
        };
        let now = (stored.claim, stored.stage, status);
        if self.stage == Some(now) {
            return;
        }
        // A new attempt begins with the first stage again.
        let from = self
            .stage
            .filter(|(claim, stage, _)| *claim == stored.claim && *stage <= stored.stage)
            .map(|(_, stage, _)| stage);
        for stage in Stage::ALL {
            if stage < stored.stage && from.is_none_or(|from| stage >= from) {
                let status = Status::Completed;
                write(text, None, "stage", &OneStage { stage, status });
            }
        }
        let stage = stored.stage;
        write(text, None, "stage", &OneStage { stage, status });
        self.stage = Some(now);
    }
}

/// What a stream begins with.
pub fn opening() -> String {
    format!("retry: {RETRY}\n\n")
}

/// A line that says nothing, so that whoever stands between knows that the stream lives.
pub const fn heartbeat() -> &'static str {
    ":\n\n"
}

/// The end of a stream that cannot go on; the client comes back and resumes.
pub fn broken(code: &str, language: Language) -> String {
    let mut text = String::new();
    let detail = i18n::problem(language, code);
    write(
        &mut text,
        None,
        "error",
        &serde_json::json!({"code": code, "detail": detail}),
    );
    text
}

fn finding(analysis: Id<Analysis>, numbered: &Numbered, text: &mut String) {
    let number = numbered.number;
    let id = format!("{analysis}/{number}");
    match &numbered.finding {
        Finding::Clause(clause) => write(text, Some(&id), "clause", &OneClause { number, clause }),
        Finding::MissingClause(missing) => {
            let data = OneMissing {
                number,
                text: missing,
            };
            write(text, Some(&id), "missing_clause", &data);
        }
    }
}

/// JSON holds no line end, so an event has one line of data.
fn write<T: Serialize>(text: &mut String, id: Option<&str>, name: &str, data: &T) {
    let Ok(data) = serde_json::to_string(data) else {
        return;
    };
    if let Some(id) = id {
        text.push_str("id: ");
        text.push_str(id);
        text.push('\n');
    }
    text.push_str("event: ");
    text.push_str(name);
    text.push_str("\ndata: ");
    text.push_str(&data);
    text.push_str("\n\n");
}
