//! The planner port as this component sees it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use domain::affordability::{Fact, PlanFailure, RawPlan};
use http_kit::Language;

/// What a plan is to be about. Computed facts only: nothing that a person typed as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commission {
    /// What is known.
    pub facts: Vec<Fact>,
    /// In which language the person reads.
    pub language: Language,
}

/// Something on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Writes plans. The component that does it is named in `spin.toml`; tests have one of their own.
pub trait Planner: Send + Sync {
    /// Writes a plan. Dropping it ends it.
    fn write(&self, commission: Commission) -> Pending<'_, Result<RawPlan, PlanFailure>>;
    /// Ends after this time: nobody waits for a plan for ever.
    fn sleep(&self, duration: Duration) -> Pending<'_, ()>;
}
