//! Health, as platforms ask for it.

pub mod live;
pub mod ready;
pub mod report;
