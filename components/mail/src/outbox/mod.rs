//! Mail that waits.

pub mod deliver;
pub mod drain;
