//! Raw values on their way into a section.

use std::collections::BTreeMap;

use crate::error::{ConfigError, Refused};
use crate::field::FIELDS;

/// The raw variables of one component. Collects what is wrong instead of stopping at the first mistake.
#[derive(Debug, Default)]
pub struct Values {
    raw: BTreeMap<String, String>,
    refused: Vec<Refused>,
}

impl Values {
    /// From pairs of name and value; an absent name falls back to its default.
    pub fn new<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let raw = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            raw,
            refused: Vec::new(),
        }
    }

    /// Reads the variable `name` with `parse`; `None` is noted as missing or malformed.
    pub fn read<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let field = FIELDS.iter().find(|field| field.name == name);
        let default = field.and_then(|field| field.default);
        let given = self
            .raw
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty());
        let raw = given.or(default);
        let parsed = raw.and_then(parse);
        if parsed.is_none() {
            let expected = field.map_or("a variable that `config::FIELDS` describes", |field| {
                field.expected
            });
            self.refused.push(Refused {
                name,
                expected,
                missing: raw.is_none(),
            });
        }
        parsed
    }

    /// Whether the variable `name` has this very value. A section that depends on another's variable asks so, without reading it.
    pub(crate) fn is(&self, name: &str, expected: &str) -> bool {
        self.raw.get(name).is_some_and(|value| value == expected)
    }

    /// The value if every variable that was read could be used.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that was refused.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, ConfigError> {
        match value {
            Some(value) if self.refused.is_empty() => Ok(value),
            _ => Err(ConfigError(self.refused)),
        }
    }
}
