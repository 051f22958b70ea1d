//! What changes of things have in common (CONV-6).

/// How often a change is decided anew when somebody was faster and the client did not say which version it means.
pub const ATTEMPTS: usize = 3;
