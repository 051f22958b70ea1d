//! What is wrong with the configuration.

use std::fmt;

/// One variable that cannot be used. It never holds the value: that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The variable.
    pub name: &'static str,
    /// What it should look like.
    pub expected: &'static str,
    /// Whether it is absent, as opposed to malformed.
    pub missing: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong = if self.missing {
            "is missing"
        } else {
            "is malformed"
        };
        write!(
            out,
            "variable `{}` {wrong}: expected {}",
            self.name, self.expected
        )
    }
}

/// Everything that is wrong, so that it can be mended at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Refused>);

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, refused) in self.0.iter().enumerate() {
            if i > 0 {
                out.write_str("; ")?;
            }
            refused.fmt(out)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
