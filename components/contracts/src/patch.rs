//! What changes of things have in common (CONV-6).

use serde::{Deserialize, Deserializer};

/// How often a change is decided anew when somebody was faster and the client did not say which version it means.
pub const ATTEMPTS: usize = 3;

/// A field that is there: its value, or an error for a `null` that its type does not know.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
