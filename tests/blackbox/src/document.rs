//! Every answer is held to the API document (OPS-6): its status is one that the operation has, and its JSON is what the schema says, without
//! a field that the document does not know. So whatever a test asks for, the document is tested too.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use http::{HeaderMap, Method, header};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../openapi.json");
    serde_json::from_str(text).expect("openapi.json is JSON")
});

/// One validator for each schema, by its place in the document.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Checks an answer; what the document does not know, such as development routes, is nobody's business here.
///
/// # Panics
/// When the answer is not what the document says.
pub fn check(method: &Method, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) {
    let Some((template, item)) = path_item(path) else {
        return;
    };
    let name = method.as_str().to_lowercase();
    let Some(operation) = item.get(&name) else { return };
    let what = format!("{method} {template} answered {status}");
    let responses = &operation["responses"];
    let Some(response) = responses.get(status.to_string()) else {
        panic!(
            "{what}, which openapi.json does not have: {}",
            String::from_utf8_lossy(body)
        );
    };
    let place = format!("{name} {template} {status}");
    content(&what, &place, resolve(response), headers, body);
}

fn content(what: &str, place: &str, response: &Value, headers: &HeaderMap, body: &[u8]) {
    if body.is_empty() || headers.contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(content) = response["content"].get(kind) else {
        panic!("{what} with {kind:?}, which openapi.json does not have");
    };
    if !kind.ends_with("json") {
        return;
    }
    let value: Value =
        serde_json::from_slice(body).unwrap_or_else(|error| panic!("{what}: no JSON: {error}"));
    let mistakes: Vec<String> = validator(&format!("{place} {kind}"), &content["schema"])
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        mistakes.is_empty(),
        "{what}, not as openapi.json says: {mistakes:#?} in {value}"
    );
}

/// The path of the document that this path is one of; a literal segment is nearer than a parameter.
fn path_item(path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let segments = (template.split('/'), path.split('/'));
        template.split('/').count() == path.split('/').count()
            && segments
                .0
                .zip(segments.1)
                .all(|(known, given)| known == given || known.starts_with('{'))
    };
    let found = paths.iter().filter(|(template, _)| fits(template));
    let nearest = found.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((nearest.0.as_str(), nearest.1))
}

/// What a reference of the document stands for.
fn resolve(value: &'static Value) -> &'static Value {
    let Some(reference) = value["$ref"].as_str() else {
        return value;
    };
    let found = DOCUMENT.pointer(reference.trim_start_matches('#'));
    found.unwrap_or_else(|| panic!("{reference} is not in openapi.json"))
}

fn validator(place: &str, schema: &Value) -> &'static Validator {
    let mut known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(place.to_owned()).or_insert_with(|| {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&closed(schema))
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        // As long as the process: there are as many as schemas.
        Box::leak(Box::new(validator))
    })
}

/// A schema with the components that it needs, in which no object has fields that nobody documented.
fn closed(schema: &Value) -> Value {
    let mut components = BTreeMap::new();
    collect(schema, &mut components);
    let mut parts = BTreeSet::new();
    for value in components.values().chain([schema]) {
        parts_of(value, &mut parts);
    }
    let components: Map<String, Value> = components
        .into_iter()
        .map(|(name, value)| {
            // A part of another object is closed by the whole.
            let value = if parts.contains(&name) {
                value
            } else {
                close(value)
            };
            (name, value)
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "components": {"schemas": components},
        "allOf": [close(schema.clone())],
    })
}

fn close(mut schema: Value) -> Value {
    let has_own = schema.get("properties").is_some() || schema.get("allOf").is_some();
    if has_own && schema.get("additionalProperties").is_none() {
        schema["unevaluatedProperties"] = false.into();
    }
    schema
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
        let schema = &DOCUMENT["components"]["schemas"][name];
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(path: &str, status: u16, body: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            "application/json".parse().expect("a media type"),
        );
        std::panic::catch_unwind(|| check(&Method::GET, path, status, &headers, body.as_bytes())).is_err()
    }

    #[test]
    fn what_the_document_does_not_say_is_noticed() {
        assert!(!refuses("/health/live", 200, "{\"status\":\"pass\"}"));
        assert!(refuses("/health/live", 418, "{}"), "another status");
        assert!(refuses("/health/live", 200, "{}"), "a field is missing");
        assert!(refuses("/health/live", 200, "{\"status\":1}"), "another type");
        assert!(
            refuses("/health/live", 200, "{\"status\":\"pass\",\"more\":1}"),
            "another field"
        );
        assert!(!refuses("/nowhere", 418, "{}"));
    }
}
