//! Schemas of types, by name.

use utoipa::ToSchema;
use utoipa::openapi::{Ref, RefOr, Schema};

/// A schema with the name under which the document keeps it.
pub type Named = (String, RefOr<Schema>);

/// The schemas that an operation refers to.
pub type Schemas = Vec<Named>;

/// Refers to the schema of a type by its name, and keeps that and all that it refers to in turn.
pub fn reference<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    let name = T::name().into_owned();
    schemas.push((name.clone(), T::schema()));
    T::schemas(schemas);
    RefOr::Ref(Ref::from_schema_name(name))
}
