//! The analyst port as this component sees it (CON-7).

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use domain::Id;
use domain::analysis::run::{Analysis, Failure};
use domain::analysis::{Conclusion, Finding};
use store::contract_document::Document;

/// A contract to be analysed. It has no debug output: it is a person's.
#[derive(Clone)]
pub struct Subject {
    /// Names the analysis: the same one if it is asked for again.
    pub id: Id<Analysis>,
    /// The normalised text.
    pub text: String,
    /// What the person noted.
    pub document: Document,
    /// `en` or `ko`.
    pub language: String,
}

/// What an analyst says next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// One thing that is known.
    Finding(Finding),
    /// The last one.
    Conclusion(Conclusion),
}

/// Why an analyst says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub failure: Failure,
    /// How long it asks to be left alone.
    pub wait: Option<Duration>,
}

/// Something on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'a>>;

/// Reads contracts. The component that does it is named in `spin.toml`; tests have one of their own.
pub trait Analyst: Send + Sync {
    /// Begins an analysis.
    fn start(&self, subject: Subject) -> Pending<'_, Box<dyn Run>>;
}

/// An analysis that runs; dropping it ends it.
pub trait Run: Send {
    /// Waits for what comes next; `None` after the last.
    fn next(&mut self) -> Pending<'_, Option<Event>>;
}
