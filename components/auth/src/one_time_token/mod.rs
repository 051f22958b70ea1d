//! One-time tokens.

pub mod verify_email;
