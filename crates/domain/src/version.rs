//! Versions of what can be changed (CONV-6): a number that every change raises.

/// Which version somebody wants to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whichever there is.
    Whatever,
    /// Only one of these. Of none of them, if the list is empty.
    OneOf(Vec<i64>),
}

impl Expected {
    /// Whether a thing of this version may be changed.
    pub fn allows(&self, version: i64) -> bool {
        match self {
            Self::Whatever => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}
