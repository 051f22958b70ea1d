//! Which analyst is composed in (CON-7).

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
        assert_eq!(Analyst::read(&mut Values::default()), Some(Analyst::Rules));
    }
}
