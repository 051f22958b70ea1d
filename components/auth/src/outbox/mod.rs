//! Mail that waits.

pub mod newest;
