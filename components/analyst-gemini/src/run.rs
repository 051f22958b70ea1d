//! An analysis that runs: events come out one by one, each as soon as it is whole.

use std::collections::VecDeque;

use axum::body::Bytes;
use config::Gemini;
use domain::Random;
use domain::analysis::score::{Judge, SUMMARY};
use domain::analysis::{Clause, Conclusion, Finding, Severity, Usage, ingestion};
use http_kit::client::{Begun, Client, Failure, Stream};
use serde::Deserialize;

use crate::answer::{Answer, Finish};
use crate::fault::Fault;
use crate::partial::{Reader, Value};
use crate::request::{self, Language, Noted};
use crate::sse::Events;

/// The most findings of one answer; what comes beyond them is counted as dropped.
const FINDINGS: u32 = 60;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The normalised text.
    pub text: String,
    /// What the person noted.
    pub noted: Noted,
    /// In which language.
    pub language: Language,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A finding whose quote stands in the document.
    Finding(Finding),
    /// The last one.
    Conclusion(Conclusion),
}

/// An analysis that runs. Dropping it closes the connection.
pub struct Run {
    stream: Stream,
    events: Events,
    reader: Reader,
    judge: Judge,
    waiting: VecDeque<Event>,
    usage: Usage,
    dropped: u32,
    given: u32,
    summary: Option<String>,
    risk_score: Option<u8>,
    fault: Option<Fault>,
    over: bool,
}

/// A clause as the model writes it; what it writes besides is dropped.
#[derive(Deserialize)]
struct Written {
    quote: String,
    risk: String,
    severity: Severity,
    explanation: String,
    recommendation: String,
}

impl Run {
    /// Begins an analysis.
    ///
    /// # Errors
    /// [`Fault`], when the provider does not begin to answer.
    pub async fn start(
        client: &Client,
        api: &Gemini,
        asked: &Asked,
        random: &dyn Random,
    ) -> Result<Self, Fault> {
        let document = ingestion::normalise(&asked.text);
        let call = request::analysis(api, document.as_str(), &asked.noted, asked.language, random)
            .ok_or(Fault::NotConfigured)?;
        let stream = match client.open(&call).await? {
            Begun::Stream(stream) => stream,
            Begun::Reply(reply) => return Err(Fault::of(&reply)),
        };
        Ok(Self {
            stream,
            events: Events::default(),
            reader: Reader::default(),
            judge: Judge::new(&document),
            waiting: VecDeque::new(),
            usage: Usage {
                model: api.model.clone(),
                ..Usage::default()
            },
            dropped: 0,
            given: 0,
            summary: None,
            risk_score: None,
            fault: None,
            over: false,
        })
    }

    /// The next event; `None` after the conclusion and after a fault.
    ///
    /// # Errors
    /// [`Fault`]; what came before it stands.
    pub async fn next(&mut self) -> Result<Option<Event>, Fault> {
        loop {
            // What was whole before a fault comes before it.
            if let Some(event) = self.waiting.pop_front() {
                return Ok(Some(event));
            }
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if self.over {
                return Ok(None);
            }
            if let Err(fault) = self.read_on().await {
                (self.fault, self.over) = (Some(fault), true);
            }
        }
    }

    async fn read_on(&mut self) -> Result<(), Fault> {
        match self.stream.next().await {
            Ok(Some(bytes)) => self.take(&bytes),
            // The provider says why it ends; without that the end is one of the connection.
            Ok(None) if self.is_whole() => self.conclude(Finish::Stopped),
            Ok(None) => Err(Fault::Cut),
            Err(Failure::Timeout) if self.given == 0 => Err(Fault::TimedOut),
            Err(Failure::TooLarge) => Err(Fault::Malformed),
            Err(
                Failure::Timeout
                | Failure::Unreachable
                | Failure::Refused
                | Failure::Malformed
                | Failure::Broken,
            ) => Err(Fault::Cut),
        }
    }

    fn take(&mut self, bytes: &Bytes) -> Result<(), Fault> {
        for event in self.events.push(bytes) {
            if self.over {
                break;
            }
            let answer: Answer = serde_json::from_slice(&event).map_err(|_| Fault::Malformed)?;
            if answer.error.is_some() {
                return Err(if self.given == 0 {
                    Fault::Unavailable
                } else {
                    Fault::Cut
                });
            }
            answer.note(&mut self.usage);
            let (values, read) = self.reader.push(&answer.text());
            for value in values {
                self.value(value);
            }
            read.map_err(|_| Fault::Malformed)?;
            if let Some(finish) = answer.finish() {
                self.conclude(finish)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, value: Value) {
        match value {
            Value::Element(key, raw) if key == "clauses" => {
                let written = serde_json::from_str::<Written>(&raw).ok();
                self.finding(written.map(|written| Finding::Clause(written.into())));
            }
            Value::Element(key, raw) if key == "missing_clauses" => {
                self.finding(serde_json::from_str(&raw).ok().map(Finding::MissingClause));
            }
            Value::Member(key, raw) if key == "summary" => {
                let text = serde_json::from_str::<String>(&raw).unwrap_or_default();
                let text = text.trim();
                self.summary = (!text.is_empty()).then(|| text.chars().take(SUMMARY).collect());
            }
            Value::Member(key, raw) if key == "risk_score" => {
                self.risk_score = serde_json::from_str(&raw).ok().filter(|score| *score <= 100);
            }
            // Nobody asked for it.
            Value::Element(..) | Value::Member(..) => {}
        }
    }

    /// A finding that stands goes on, any other is counted.
    fn finding(&mut self, finding: Option<Finding>) {
        let stands = finding.and_then(|finding| self.judge.admit(finding).ok());
        match stands {
            Some(finding) if self.given < FINDINGS => {
                self.given += 1;
                self.waiting.push_back(Event::Finding(finding));
            }
            _ => self.dropped = self.dropped.saturating_add(1),
        }
    }

    fn is_whole(&self) -> bool {
        self.reader.is_complete() && self.summary.is_some() && self.risk_score.is_some()
    }

    fn conclude(&mut self, finish: Finish) -> Result<(), Fault> {
        match finish {
            Finish::Blocked => return Err(Fault::Refused),
            Finish::Long => return Err(Fault::Cut),
            Finish::Stopped | Finish::Other => {}
        }
        let (true, Some(summary), Some(risk_score)) =
            (self.reader.is_complete(), self.summary.take(), self.risk_score)
        else {
            return Err(Fault::Malformed);
        };
        self.over = true;
        self.waiting.push_back(Event::Conclusion(Conclusion {
            summary,
            risk_score,
            dropped: self.dropped,
            usage: self.usage.clone(),
        }));
        Ok(())
    }
}

impl From<Written> for Clause {
    fn from(written: Written) -> Self {
        Self {
            quote: written.quote,
            risk: written.risk,
            severity: written.severity,
            explanation: written.explanation,
            recommendation: written.recommendation,
        }
    }
}
