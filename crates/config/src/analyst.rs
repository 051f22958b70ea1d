//! Which analyst is composed in, and how often it may be asked (CON-7, GUARD-5).

use std::num::NonZeroU32;

use crate::values::Values;

/// The analyst of this deployment. `spin.toml` composes it in; its name tells results of one from those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Analyst {
    /// Rules of our own.
    Rules,
    /// Google's Gemini.
    Gemini,
}

impl Analyst {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["analyst"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        values.read("analyst", |raw| match raw {
            "rules" => Some(Self::Rules),
            "gemini" => Some(Self::Gemini),
            _ => None,
        })
    }

    /// The stable spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Gemini => "gemini",
        }
    }

    /// Whether asking it is a call to an outside provider.
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Gemini)
    }
}

/// How much an outside analyst takes (GUARD-5).
#[derive(Clone, Copy, Debug)]
pub struct AnalystQuota {
    /// Documents per minute in the long run.
    pub per_minute: NonZeroU32,
}

impl AnalystQuota {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["analyst_per_minute"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let per_minute = values.read("analyst_per_minute", |raw| raw.parse().ok())?;
        Some(Self { per_minute })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analyst_has_one_of_two_names() {
        for (raw, expected) in [
            ("rules", Some(Analyst::Rules)),
            ("gemini", Some(Analyst::Gemini)),
            ("Rules", None),
        ] {
            let mut values = Values::new([("analyst", raw)]);
            assert_eq!(Analyst::read(&mut values), expected);
        }
        let mut values = Values::new([("analyst_per_minute", "0")]);
        assert!(AnalystQuota::read(&mut values).is_none());
        assert_eq!(Analyst::read(&mut Values::default()), Some(Analyst::Rules));
    }
}
