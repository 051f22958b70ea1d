//! Limits.

pub mod read;
