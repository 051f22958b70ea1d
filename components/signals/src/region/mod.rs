//! Regions: where signals are.

pub(crate) mod list;
mod names;

pub use names::Names;
