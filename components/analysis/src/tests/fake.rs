//! An analyst that says what a test wants.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::analysis::run::Failure;
use domain::analysis::{Clause, Conclusion, Finding, Severity, Usage};
use http_kit::client::Pending as Waits;
use http_kit::platform::Timer;

use super::QUOTES;
use crate::analyst::{Analyst, Event, Pending, Run, Subject, Trouble};

/// What an analyst does next.
#[derive(Clone)]
pub enum Step {
    Say(Event),
    Fail(Failure, Option<Duration>),
    /// Says nothing more, and does not end either.
    Hang,
}

type Behaviour = Box<dyn FnMut(&Subject) -> Vec<Step> + Send>;

/// Says three clauses, something that is missing, and a conclusion, unless it is told otherwise. Clones share everything.
#[derive(Clone)]
pub struct Fake {
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<Subject>>>,
    patience_is_over: Arc<AtomicBool>,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            behaviour: Arc::new(Mutex::new(Box::new(|_| usual()))),
            asked: Arc::default(),
            patience_is_over: Arc::default(),
        }
    }
}

impl Fake {
    pub fn becomes(&self, behaviour: impl FnMut(&Subject) -> Vec<Step> + Send + 'static) {
        *self.behaviour.lock().unwrap() = Box::new(behaviour);
    }

    pub fn says(&self, steps: Vec<Step>) {
        self.becomes(move |_| steps.clone());
    }

    pub fn asked(&self) -> Vec<Subject> {
        self.asked.lock().unwrap().clone()
    }

    /// A timer that lets short pauses pass at once; a longer one ends when the analyst hangs, and not before.
    pub fn patience(&self) -> Patience {
        Patience(Arc::clone(&self.patience_is_over))
    }
}

/// What passes at once.
const SHORT: Duration = Duration::from_secs(3);

pub struct Patience(Arc<AtomicBool>);

impl Timer for Patience {
    fn sleep(&self, pause: Duration) -> Waits<'_, ()> {
        Box::pin(async move {
            while pause > SHORT && !self.0.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
        })
    }
}

impl Analyst for Fake {
    fn start(&self, subject: Subject) -> Pending<'_, Box<dyn Run>> {
        Box::pin(async move {
            let steps = (self.behaviour.lock().unwrap())(&subject);
            self.asked.lock().unwrap().push(subject);
            tokio::task::yield_now().await;
            Ok(Box::new(Running {
                steps: steps.into_iter(),
                hangs: Arc::clone(&self.patience_is_over),
            }) as Box<dyn Run>)
        })
    }
}

struct Running {
    steps: std::vec::IntoIter<Step>,
    hangs: Arc<AtomicBool>,
}

impl Run for Running {
    fn next(&mut self) -> Pending<'_, Option<Event>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            match self.steps.next() {
                Some(Step::Say(event)) => Ok(Some(event)),
                Some(Step::Fail(failure, wait)) => Err(Trouble { failure, wait }),
                Some(Step::Hang) => {
                    self.hangs.store(true, Ordering::SeqCst);
                    std::future::pending().await
                }
                None => Ok(None),
            }
        })
    }
}

pub fn clause(quote: &str, severity: Severity) -> Step {
    Step::Say(Event::Finding(Finding::Clause(Clause {
        quote: quote.to_owned(),
        risk: "risk".to_owned(),
        severity,
        explanation: "explanation".to_owned(),
        recommendation: "recommendation".to_owned(),
    })))
}

pub fn missing(text: &str) -> Step {
    Step::Say(Event::Finding(Finding::MissingClause(text.to_owned())))
}

pub fn conclusion() -> Step {
    Step::Say(Event::Conclusion(Conclusion {
        summary: "요약".to_owned(),
        risk_score: 1,
        dropped: 0,
        usage: Usage {
            model: "fake-1".to_owned(),
            input_tokens: 100,
            output_tokens: 20,
        },
    }))
}

/// The clauses out of the order of their severity.
pub fn usual() -> Vec<Step> {
    vec![
        clause(QUOTES[0], Severity::Low),
        clause(QUOTES[1], Severity::Critical),
        missing("특약"),
        clause(QUOTES[2], Severity::Medium),
        conclusion(),
    ]
}
