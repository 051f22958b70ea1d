//! Parameters of an operation.

use std::ops::RangeInclusive;

use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path; it must be there.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// One parameter.
#[derive(Clone)]
pub struct Parameter {
    /// Where it stands.
    pub place: Place,
    /// Its name; empty for the next parameter of the path's template.
    pub name: &'static str,
    /// What it is for.
    pub says: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Its values.
    pub schema: RefOr<Schema>,
    /// A value that works in the examples.
    pub example: Option<Value>,
}

impl Parameter {
    /// A parameter that may be missing, with the values of a type.
    pub fn optional<T: PartialSchema>(place: Place, name: &'static str, says: &'static str) -> Self {
        Self {
            place,
            name,
            says,
            required: false,
            schema: T::schema(),
            example: None,
        }
    }

    /// A parameter of the query string that may be missing.
    pub fn query<T: PartialSchema>(name: &'static str, says: &'static str) -> Self {
        Self::optional::<T>(Place::Query, name, says)
    }

    /// A whole number in the query string within bounds, with what it is when it is missing.
    pub fn number(name: &'static str, says: &'static str, bounds: RangeInclusive<u32>, default: u32) -> Self {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(*bounds.start()))
            .maximum(Some(*bounds.end()))
            .default(Some(default.into()));
        Self {
            schema: number.into(),
            ..Self::query::<i64>(name, says)
        }
    }

    /// A header that may be missing.
    pub fn header(name: &'static str, says: &'static str) -> Self {
        Self::optional::<String>(Place::Header, name, says)
    }

    /// The next parameter of the path's template.
    pub fn path<T: PartialSchema>() -> Self {
        Self {
            required: true,
            ..Self::optional::<T>(Place::Path, "", "")
        }
    }

    /// Says that it must be there.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sends this value in the examples.
    #[must_use]
    pub fn example(mut self, value: impl Into<Value>) -> Self {
        self.example = Some(value.into());
        self
    }
}
