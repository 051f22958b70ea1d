//! The Gemini API (CON-7).

use std::num::NonZeroU32;

use crate::mail::is_insecure;
use crate::secret::Secret;
use crate::sections::origin;
use crate::values::Values;

/// The API of an adapter.
#[derive(Clone, Debug)]
pub struct Gemini {
    /// Where it is, without a slash at the end.
    pub endpoint: String,
    /// The name of the model, as it stands in addresses.
    pub model: String,
    /// The API key.
    pub key: Secret<String>,
}

impl Gemini {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["gemini_endpoint", "gemini_model", "gemini_api_key"];

    /// Reads the section; `None` inside for the key `none`.
    pub fn read(values: &mut Values) -> Option<Option<Self>> {
        let key = values.read("gemini_api_key", |raw| {
            (!raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_graphic())).then(|| raw.to_owned())
        });
        let endpoint = values.read("gemini_endpoint", origin);
        let model = values.read("gemini_model", |raw| is_model(raw).then(|| raw.to_owned()));
        let (key, endpoint, model) = (key?, endpoint?, model?);
        Some((key != "none").then(|| Self {
            endpoint,
            model,
            key: Secret::new(key),
        }))
    }

    /// Whether the key travels over the network in the clear. Fine on one machine, as in tests.
    pub fn is_insecure(&self) -> bool {
        is_insecure(&self.endpoint)
    }
}

fn is_model(raw: &str) -> bool {
    (1..=100).contains(&raw.len())
        && raw
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// How much the provider takes (GUARD-5).
#[derive(Clone, Copy, Debug)]
pub struct GeminiQuota {
    /// Calls per minute in the long run.
    pub per_minute: NonZeroU32,
}

impl GeminiQuota {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["gemini_per_minute"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let per_minute = values.read("gemini_per_minute", |raw| raw.parse().ok())?;
        Some(Self { per_minute })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> Result<Option<Gemini>, Vec<&'static str>> {
        let mut values = Values::new(pairs.iter().copied());
        let api = Gemini::read(&mut values);
        let names = |error: crate::ConfigError| error.0.iter().map(|refused| refused.name).collect();
        values.finish(api).map_err(names)
    }

    #[test]
    fn without_a_key_there_is_none_and_the_rest_has_defaults() {
        assert!(read(&[]).unwrap().is_none());
        let api = read(&[("gemini_api_key", "AIzaExample")]).unwrap().unwrap();
        assert_eq!(api.endpoint, "https://generativelanguage.googleapis.com");
        assert_eq!(api.model, "gemini-2.5-flash");
        assert!(!api.is_insecure());
        assert!(!format!("{api:?}").contains("AIza"), "the key is never shown");
    }

    #[test]
    fn a_model_cannot_lead_elsewhere() {
        for model in ["../x", "a/b", "a?b", "A", "a b", "a:b"] {
            let wrong = read(&[("gemini_api_key", "k"), ("gemini_model", model)]);
            assert_eq!(wrong.unwrap_err(), ["gemini_model"], "{model}");
        }
    }

    #[test]
    fn a_key_goes_in_the_clear_on_one_machine_only() {
        for (endpoint, insecure) in [("http://127.0.0.1:8080", false), ("http://gemini.example", true)] {
            let api = read(&[("gemini_api_key", "k"), ("gemini_endpoint", endpoint)]);
            assert_eq!(api.unwrap().unwrap().is_insecure(), insecure, "{endpoint}");
        }
    }

    #[test]
    fn the_quota_is_at_least_one() {
        let mut values = Values::new([("gemini_per_minute", "0")]);
        assert!(GeminiQuota::read(&mut values).is_none());
        let mut values = Values::new(std::iter::empty::<(&str, &str)>());
        assert_eq!(GeminiQuota::read(&mut values).unwrap().per_minute.get(), 10);
    }
}
