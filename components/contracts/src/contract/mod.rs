//! Contracts.

pub mod create;
pub mod read;
mod view;
