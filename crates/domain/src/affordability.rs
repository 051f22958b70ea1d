//! Reality checks (CON-6): whether somebody can afford a home, how far it falls short, and what they could afford instead.
//!
//! Everything is whole won and exact integer arithmetic; rates are basis points, hundredths of a percent. Every number that a law, a
//! decree or an announcement sets stands in [`regulation`]. An assessment is an estimate, no offer of a loan.

pub mod annuity;
mod assess;
mod capacity;
mod costs;
mod facts;
mod plan;
pub mod regulation;
mod situation;

pub use assess::{Assessment, Loan, Monthly, Shortfall, Verdict, assess};
pub use capacity::LimitedBy;
pub use costs::{ClosingCosts, closing_costs};
pub use facts::{Fact, facts};
pub use plan::{Plan, PlanFailure, RawPlan, RawStep, Step};
pub use regulation::{RateType, RegionClass};
pub use situation::{Draft, Homes, InterestRate, Situation, TermYears};

/// The row of a reality check.
pub struct RealityCheck;

/// Basis points in a whole.
const WHOLE_BP: i64 = 10_000;

#[cfg(test)]
mod tests;
