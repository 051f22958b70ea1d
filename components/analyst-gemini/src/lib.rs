//! Adapter of the analyst's and the planner's ports (CON-7) for the Gemini API
//! (<https://ai.google.dev/api/generate-content>): structured output, read while it comes.
//!
//! The text of a contract is data. It goes in a part of its own between two marks that nobody can guess, and the instructions
//! say so; and whatever comes back must have the form that was asked for, with quotes that stand in the document.

mod answer;
mod fault;
mod partial;
mod plan;
#[cfg(target_family = "wasm")]
mod port;
mod request;
mod run;
mod sse;

pub use fault::Fault;
pub use partial::{Malformed, Reader, Value};
pub use plan::{Fact, Plan, Situation, Step, write};
pub use request::{Language, Noted};
pub use run::{Asked, Event, Run};
pub use sse::Events;

#[cfg(test)]
mod tests;
