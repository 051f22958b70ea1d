//! One-time tokens.

pub mod mail;
pub mod resend_verification;
pub mod verify_email;
