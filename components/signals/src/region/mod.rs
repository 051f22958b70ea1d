//! Regions: where signals are.

pub mod list;
mod names;

pub use names::Names;
