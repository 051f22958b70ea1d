//! The API document (OPS-6): OpenAPI 3.1 out of the components' route tables and types.
//!
//! Routes, access, limits, body sizes and caching are the tables'; parameters, bodies and most refusals are those of the handlers'
//! arguments; names, answers and examples stand in the `doc` beside each handler. Nothing is typed here but what belongs to all of them.

mod info;
mod limits;
mod operation;
mod problem;
mod prose;
mod tables;

use std::collections::BTreeMap;

use guard::route::Route;
use http_kit::doc::{Operation, Schemas, reference};
use http_kit::problem::Document;
use serde_json::Value;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa::openapi::{Components, ComponentsBuilder, OpenApi, OpenApiBuilder, RefOr, Schema};

pub use tables::{Table, is_public, tables};

/// The file at the root of the repository.
pub const FILE: &str = "openapi.json";

/// An operation with its route.
pub struct Documented {
    /// The row of the table.
    pub route: Route,
    /// What documents it.
    pub operation: Operation,
}

/// Every operation of the document, in the order of the tables.
pub fn operations() -> Vec<Documented> {
    let routes = tables().into_iter().flat_map(|(_, table)| table);
    routes
        .filter(|(route, _)| is_public(route))
        .filter_map(|(route, operation)| {
            let operation = operation?;
            Some(Documented { route, operation })
        })
        .collect()
}

/// The whole document.
///
/// # Panics
/// When two types have the same name in it.
pub fn document() -> OpenApi {
    let operations = operations();
    let shared = problem::Shared::of(&operations);
    let mut paths = Paths::new();
    for Documented { route, operation } in &operations {
        let item = PathItem::new(
            operation::method(route),
            operation::build(route, operation, &shared),
        );
        match paths.paths.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                paths.paths.insert(route.path.to_owned(), item);
            }
        }
    }
    OpenApiBuilder::new()
        .info(info::info())
        .servers(Some(info::servers()))
        .tags(Some(info::tags()))
        .paths(paths)
        .components(Some(components(operations, &shared)))
        .build()
}

/// The document as its file has it.
///
/// # Panics
/// As [`document`].
pub fn text() -> String {
    let text = document().to_pretty_json().expect("a document is JSON");
    format!("{}\n", prose::for_others(&text))
}

/// With its keys in order, whatever `serde_json` was built to keep: the file must not depend on that.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields.into_iter().collect();
            let fields = fields.into_iter().map(|(name, value)| (name, sorted(value)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

fn components(operations: Vec<Documented>, shared: &problem::Shared) -> Components {
    let mut schemas = Schemas::new();
    reference::<Document<'_>>(&mut schemas);
    for Documented { operation, .. } in operations {
        schemas.extend(operation.schemas);
    }
    let builder = ComponentsBuilder::new()
        .schemas_from_iter(unique(schemas))
        .security_scheme("accessToken", info::access_token());
    let builder = limits::headers(builder);
    shared.components(builder).build()
}

/// Every schema once, sorted by name.
fn unique(schemas: Schemas) -> BTreeMap<String, RefOr<Schema>> {
    let mut all: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    for (name, schema) in schemas {
        if let Some(known) = all.get(&name) {
            assert!(
                *known == schema,
                "two types are called {name} in the document: give one of them another name by #[schema(as = …)]"
            );
        }
        all.insert(name, schema);
    }
    all
}
