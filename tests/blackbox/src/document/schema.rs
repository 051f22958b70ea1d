//! Validators of the document's schemas. Each is made when it is needed first, out of the components that it uses: a test needs few of them, and
//! every test is a process of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::document;

/// One validator for each schema, by its place in the document.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// What is not as the schema says: the JSON pointer, what is there, what was expected.
pub fn mistakes(place: &str, schema: &Value, value: &Value) -> Vec<String> {
    validator(place, schema)
        .iter_errors(value)
        .map(|error| {
            let pointer = error.instance_path().to_string();
            let pointer = if pointer.is_empty() { "/" } else { pointer.as_str() };
            format!("{pointer}: {error} ({})", error.schema_path())
        })
        .collect()
}

fn validator(place: &str, schema: &Value) -> &'static Validator {
    let mut known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(place.to_owned()).or_insert_with(|| {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&whole(schema))
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        // As long as the process: there are as many as schemas.
        Box::leak(Box::new(validator))
    })
}

/// A schema with the components that it needs, in which no object has fields that nobody documented.
fn whole(schema: &Value) -> Value {
    let mut components = BTreeMap::new();
    collect(schema, &mut components);
    let mut parts = BTreeSet::new();
    for value in components.values().chain([schema]) {
        parts_of(value, &mut parts);
    }
    let components: Map<String, Value> = components
        .into_iter()
        .map(|(name, mut value)| {
            // A part of another object is closed by the whole.
            close(&mut value, parts.contains(&name));
            (name, value)
        })
        .collect();
    let mut schema = schema.clone();
    close(&mut schema, false);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "components": {"schemas": components},
        "allOf": [schema],
    })
}

/// Forbids what is not documented, in every object of a schema but in those that are a part of another.
fn close(schema: &mut Value, is_part: bool) {
    match schema {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                match inner {
                    Value::Array(items) => items.iter_mut().for_each(|item| close(item, name == "allOf")),
                    inner => close(inner, false),
                }
            }
            let is_object = fields.contains_key("properties") || fields.contains_key("allOf");
            if !is_part && is_object && !fields.contains_key("additionalProperties") {
                fields.insert("unevaluatedProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, false)),
        _ => {}
    }
}

/// The component that a reference names.
fn component(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The components that a schema needs, itself or through others.
fn collect(value: &Value, found: &mut BTreeMap<String, Value>) {
    if let Some(name) = component(value)
        && !found.contains_key(name)
    {
        let schema = &document()["components"]["schemas"][name];
        found.insert(name.to_owned(), schema.clone());
        collect(schema, found);
    }
    each(value, &mut |inner| collect(inner, found));
}

/// The components that are a part of another object.
fn parts_of(value: &Value, found: &mut BTreeSet<String>) {
    let parts = value["allOf"].as_array().into_iter().flatten();
    found.extend(parts.filter_map(component).map(str::to_owned));
    each(value, &mut |inner| parts_of(inner, found));
}

fn each(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(fields) => fields.values().for_each(visit),
        Value::Array(items) => items.iter().for_each(visit),
        _ => {}
    }
}
