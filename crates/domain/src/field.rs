//! What is wrong with a field of a request (CONV-4): a JSON pointer and a stable code, never a sentence.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a value was refused. The sentence for a person stands in the message catalogue under this code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field is missing and must be there.
    Required,
    /// The field is there and must not be, given the others.
    NotAllowed,
    /// Fewer characters than allowed.
    TooShort,
    /// More characters than allowed.
    TooLong,
    /// Not of the expected form.
    InvalidFormat,
    /// Not one of the values that are known.
    UnknownValue,
    /// Below the smallest or above the largest value.
    OutOfRange,
    /// Lies in the past and must not.
    InThePast,
    /// Comes before another date that it has to follow.
    BeforeOther,
    /// A password without an upper-case letter, a lower-case letter, a digit or a special character.
    TooWeak,
    /// A password that repeats the person's own address or name.
    ContainsPersonalData,
    /// A password that many people use.
    TooCommon,
}

impl FieldCode {
    /// Every code, for the catalogue's test and the documents.
    pub const ALL: [Self; 12] = [
        Self::Required,
        Self::NotAllowed,
        Self::TooShort,
        Self::TooLong,
        Self::InvalidFormat,
        Self::UnknownValue,
        Self::OutOfRange,
        Self::InThePast,
        Self::BeforeOther,
        Self::TooWeak,
        Self::ContainsPersonalData,
        Self::TooCommon,
    ];

    /// The stable spelling, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotAllowed => "not_allowed",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::InvalidFormat => "invalid_format",
            Self::UnknownValue => "unknown_value",
            Self::OutOfRange => "out_of_range",
            Self::InThePast => "in_the_past",
            Self::BeforeOther => "before_other",
            Self::TooWeak => "too_weak",
            Self::ContainsPersonalData => "contains_personal_data",
            Self::TooCommon => "too_common",
        }
    }
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the request body, or the name of a query parameter.
    pub pointer: String,
    /// Why.
    pub code: FieldCode,
}

/// Collects every refused field of one request, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Nothing refused yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the value, or notes why the field at `pointer` was refused.
    pub fn take<T>(&mut self, pointer: &str, parsed: Result<T, FieldCode>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(code) => {
                self.refuse(pointer, code);
                None
            }
        }
    }

    /// Like [`Fields::take`] for a field that may be absent.
    pub fn take_optional<T>(&mut self, pointer: &str, parsed: Option<Result<T, FieldCode>>) -> Option<T> {
        parsed.and_then(|parsed| self.take(pointer, parsed))
    }

    /// Notes a refused field.
    pub fn refuse(&mut self, pointer: &str, code: FieldCode) {
        self.0.push(FieldError {
            pointer: pointer.to_owned(),
            code,
        });
    }

    /// The value if nothing was refused.
    ///
    /// # Errors
    /// All refused fields, in the order in which they were met.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
