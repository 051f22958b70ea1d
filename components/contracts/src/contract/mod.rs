//! Contracts.

pub mod change;
pub mod create;
pub mod delete;
pub mod document;
pub mod list;
pub mod read;
mod references;
pub mod view;
