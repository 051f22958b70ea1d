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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_allowed_if_it_was_named_or_none_was() {
        assert!(Expected::Whatever.allows(1));
        assert!(Expected::OneOf(vec![1, 3]).allows(3));
        assert!(!Expected::OneOf(vec![1, 3]).allows(2));
        assert!(!Expected::OneOf(Vec::new()).allows(1));
    }
}
