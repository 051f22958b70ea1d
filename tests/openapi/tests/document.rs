//! The document against what it is made of: the file, the tables, the schemas and the examples.

use std::collections::{BTreeMap, BTreeSet};

use guard::route::Access;
use http_kit::doc::{Place, Security};
use realcare_openapi::{FILE, document, is_public, operations, tables, text};
use serde_json::{Value, json};

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn as_json() -> Value {
    serde_json::to_value(document()).expect("a document is JSON")
}

/// Every operation of the document by `METHOD path`.
fn documented() -> BTreeMap<String, Value> {
    let document = as_json();
    let paths = document["paths"].as_object().expect("paths").clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("a path item").clone();
            item.into_iter()
                .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
        })
        .collect()
}

// OPS-6
#[test]
fn the_file_is_what_the_code_makes() {
    let file = std::fs::read_to_string(root().join(FILE)).unwrap_or_default();
    assert!(
        file == text(),
        "{FILE} is not what the code makes: run `cargo xtask openapi` and look at the difference"
    );
}

// OPS-6, GUARD-1
#[test]
fn every_route_is_documented_and_nothing_else() {
    let mut expected = BTreeSet::new();
    for (component, table) in tables() {
        for (route, operation) in table.iter().filter(|(route, _)| is_public(route)) {
            let name = format!("{} {}", route.method, route.path);
            assert!(
                operation.is_some(),
                "{name} of {component} is not documented: write a `doc` beside its handler and add `.doc(…::doc)` to its row"
            );
            expected.insert(name);
        }
    }
    let found: BTreeSet<String> = documented().into_keys().collect();
    assert_eq!(found, expected);
}

// GUARD-1
#[test]
fn security_is_the_tables() {
    let documented = documented();
    for one in operations() {
        let (route, operation) = (&one.route, &one.operation);
        let expected = match route.access {
            Access::Public => Security::None,
            Access::User | Access::Admin => Security::AccessToken,
            Access::Internal => Security::InternalKey,
        };
        let name = format!("{} {}", route.method, route.path);
        assert_eq!(operation.security, expected, "{name}");
        let asks = documented[&name]["security"] == json!([{"accessToken": []}]);
        assert_eq!(asks, route.access != Access::Public, "{name}");
        let refuses = |status: &str| documented[&name]["responses"].get(status).is_some();
        assert!(!asks || refuses("401"), "{name} answers 401");
        assert!(
            route.access != Access::Admin || refuses("403"),
            "{name} answers 403"
        );
    }
}

// OPS-6
#[test]
fn every_operation_says_what_it_needs_to() {
    let document = as_json();
    let tags: Vec<&Value> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    let mut ids = BTreeSet::new();
    let mut used = BTreeSet::new();
    for one in operations() {
        let (route, operation) = (&one.route, &one.operation);
        let name = format!("{} {}", route.method, route.path);
        let camel = operation.id.chars().all(char::is_alphanumeric)
            && operation.id.starts_with(|first: char| first.is_ascii_lowercase());
        assert!(camel, "{name}: {:?} is no name of a function", operation.id);
        assert!(
            ids.insert(operation.id.clone()),
            "{name}: {} is taken",
            operation.id
        );
        let sentence = !operation.summary.is_empty() && !operation.summary.ends_with('.');
        assert!(sentence, "{name}: a summary of one line without a full stop");
        let known = tags.iter().any(|tag| **tag == operation.tag);
        assert!(known, "{name}: tag {:?} is not in info.rs", operation.tag);
        used.insert(operation.tag);
        assert!(!operation.answers.is_empty(), "{name}: no answer");
        let template = route.path.matches('{').count();
        let placed = operation
            .parameters
            .iter()
            .filter(|known| known.place == Place::Path);
        assert_eq!(placed.count(), template, "{name}: the parameters of its path");
        for (parameter, _) in &operation.path_examples {
            assert!(
                route.path.contains(&format!("{{{parameter}}}")),
                "{name}: {parameter}"
            );
        }
        let query: BTreeSet<&str> = operation.query().collect();
        let asked: BTreeSet<&str> = operation.asked.iter().map(String::as_str).collect();
        // Whoever reads the query by hand asks for nothing here.
        let by_hand = asked.is_empty();
        assert!(
            by_hand || query == asked,
            "{name}: documents {query:?}, reads {asked:?}"
        );
        for body in &operation.bodies {
            let kind = body.media_type;
            assert!(
                !body.examples.is_empty(),
                "{name}: an example of its body in {kind}"
            );
        }
    }
    assert_eq!(used.len(), tags.len(), "a tag of info.rs is not used");
}

// GUARD-3, GUARD-4
#[test]
fn a_limit_refuses_by_its_own_name() {
    let document = as_json();
    let mut seen = BTreeSet::new();
    for (name, operation) in documented() {
        let policies = &operation["x-rate-limit"]["policies"];
        let refusal = resolve(&document, &operation["responses"]["429"]);
        if policies.is_null() {
            assert!(refusal.is_null(), "{name}");
            continue;
        }
        let content = &refusal["content"]["application/problem+json"];
        let example = examples(&document, content)
            .into_iter()
            .find(|example| example["code"] == "quota_exceeded")
            .unwrap_or_else(|| panic!("{name}: an example of its limit"));
        assert_eq!(example["violated-policies"], json!([policies[0]]), "{name}");
        seen.insert(policies[0].clone().to_string());
    }
    assert!(seen.len() >= 3, "{seen:?}");
}

/// The schemas that a value refers to, and those that they refer to in turn.
fn schemas_of<'a>(document: &'a Value, value: &'a Value, found: &mut BTreeMap<String, &'a Value>) {
    if let Some(reference) = value["$ref"].as_str() {
        let target = resolve(document, value);
        if found.insert(reference.to_owned(), target).is_none() {
            schemas_of(document, target, found);
        }
    }
    match value {
        Value::Object(fields) => fields
            .values()
            .for_each(|inner| schemas_of(document, inner, found)),
        Value::Array(items) => items.iter().for_each(|inner| schemas_of(document, inner, found)),
        _ => {}
    }
}

// OPS-6: whoever leaves a field out never says `null` instead; one that is always there says `#[schema(required)]`.
#[test]
fn a_field_that_answers_may_leave_out_is_never_null() {
    let document = as_json();
    let (mut sent, mut read) = (BTreeMap::new(), BTreeMap::new());
    let operations = documented();
    for operation in operations.values() {
        schemas_of(&document, &operation["responses"], &mut sent);
        schemas_of(&document, &operation["requestBody"], &mut read);
    }
    let mut found = Vec::new();
    for (name, schema) in sent.iter().filter(|(name, _)| !read.contains_key(*name)) {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (field, kind) in schema["properties"].as_object().into_iter().flatten() {
            let of_type = |kind: &Value| {
                *kind == "null" || kind.as_array().is_some_and(|all| all.contains(&json!("null")))
            };
            let variants = kind["oneOf"].as_array().into_iter().flatten();
            let is_nullable = of_type(&kind["type"]) || variants.map(|one| &one["type"]).any(of_type);
            if is_nullable && !required.contains(&json!(field)) {
                found.push(format!("{name}: {field}"));
            }
        }
    }
    assert!(sent.len() > 40, "{} schemas", sent.len());
    assert!(
        found.is_empty(),
        "`#[schema(nullable = false)]` or `#[schema(required)]`: {found:#?}"
    );
}

/// Examples with the schemas that they have to fit, and where they stand.
#[derive(Default)]
struct Examples(Vec<(String, Value, Value)>);

impl Examples {
    fn add(&mut self, what: &str, schema: &Value, example: &Value) {
        self.0.push((what.to_owned(), schema.clone(), example.clone()));
    }

    /// Checks all of them at once: making a validator of so many components takes longer than using it.
    fn check(&self, document: &Value) {
        let schemas: Vec<&Value> = self.0.iter().map(|(_, schema, _)| schema).collect();
        let examples: Value = self.0.iter().map(|(.., example)| example.clone()).collect();
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"],
            "prefixItems": schemas,
        });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap_or_else(|error| panic!("the schemas: {error}"));
        let mistakes: Vec<String> = validator
            .iter_errors(&examples)
            .map(|error| self.explain(&error))
            .collect();
        assert!(mistakes.is_empty(), "{mistakes:#?}");
    }

    fn explain(&self, error: &jsonschema::ValidationError<'_>) -> String {
        let path = error.instance_path().to_string();
        let number = path
            .split('/')
            .nth(1)
            .and_then(|number| number.parse::<usize>().ok());
        let what = number
            .and_then(|number| self.0.get(number))
            .map(|(what, ..)| what);
        format!("{what:?} {path}: {error}")
    }
}

/// The component behind a reference, or the value itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.trim_start_matches('#');
            document.pointer(pointer).unwrap_or_else(|| panic!("{reference}"))
        }
        None => value,
    }
}

/// The examples of a media type.
fn examples<'a>(document: &'a Value, content: &'a Value) -> Vec<&'a Value> {
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &resolve(document, example)["value"]);
    content.get("example").into_iter().chain(named).collect()
}

// OPS-6
#[test]
fn examples_are_what_the_schemas_say() {
    let document = as_json();
    let mut all = Examples::default();
    for (name, operation) in documented() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if let Some(example) = parameter.get("example") {
                let what = format!("{name}: {}", parameter["name"]);
                all.add(&what, &parameter["schema"], example);
            }
        }
        let body = operation["requestBody"]["content"].as_object();
        let responses = operation["responses"].as_object().expect("responses");
        let answers = responses
            .values()
            .filter_map(|response| resolve(&document, response)["content"].as_object());
        for (media_type, content) in body.into_iter().chain(answers).flatten() {
            let what = format!("{name}: {media_type}");
            let examples = examples(&document, content);
            for example in &examples {
                all.add(&what, &content["schema"], example);
            }
        }
        for (status, response) in responses {
            let content = resolve(&document, response)["content"].as_object();
            for (media_type, content) in content.into_iter().flatten() {
                assert!(
                    !examples(&document, content).is_empty(),
                    "{name}: no example of {status} {media_type}"
                );
            }
        }
    }
    assert!(all.0.len() > 100, "{} examples", all.0.len());
    all.check(&document);
}
