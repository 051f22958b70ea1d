//! Passwords.

pub mod change;
pub mod common;
pub mod hash;
mod queue;
pub mod request_reset;
pub mod reset;
