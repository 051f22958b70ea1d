//! Signals.

pub mod change;
pub mod create;
pub mod delete;
pub mod mine;
pub mod read;
pub mod search;
pub mod stats;
pub mod view;
