//! Schemas of values for the documents (OPS-6), made from the bounds that the types check themselves.

use std::ops::RangeInclusive;

use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// A text with so many characters.
pub(crate) fn text(length: RangeInclusive<usize>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(*length.start()))
        .max_length(Some(*length.end()))
}

/// A text of a known format, such as a date.
pub(crate) fn format(format: KnownFormat) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
}

/// A text of this form: a regular expression (ECMA-262).
pub(crate) fn pattern(form: impl Into<String>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(form))
}

/// A whole number within bounds.
pub(crate) fn integer(bounds: RangeInclusive<i64>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(*bounds.start()))
        .maximum(Some(*bounds.end()))
}

/// One of some words.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
}

/// Says what it is.
pub(crate) fn described(schema: ObjectBuilder, says: &str) -> RefOr<Schema> {
    schema.description(Some(says)).into()
}
