//! Mail that waits.

pub mod bell;
pub mod newest;
