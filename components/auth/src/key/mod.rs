//! Keys.

pub mod jwks;
