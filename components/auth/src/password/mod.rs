//! Passwords.

pub mod change;
pub mod common;
pub mod hash;
pub mod queue;
pub mod request_reset;
pub mod reset;
