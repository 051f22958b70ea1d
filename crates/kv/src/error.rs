//! What can go wrong between us and a store.

/// A failed call. The text is for the log; it never reaches a client.
#[derive(Debug, thiserror::Error)]
#[error("key-value store unavailable: {0}")]
pub struct Error(pub String);
