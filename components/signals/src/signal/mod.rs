//! Signals.

pub mod create;
pub mod delete;
pub mod mine;
pub mod read;
pub mod search;
mod view;
