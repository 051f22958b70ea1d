//! Whether an answer looks like its example.

use std::collections::BTreeSet;

use serde_json::Value;

/// Objects whose fields are names of things and not of the API.
const MAPS: &[(&str, &str)] = &[
    ("getHealth", "/checks"),
    ("getApiDocument", "/info"),
    ("getApiDocument", "/paths"),
    ("getApiDocument", "/components"),
];

/// Calls `each` with every text of the example and its counterpart, and gives where the two have different fields. Lists are compared by
/// their first items; whether a value may be `null` is the schema's matter.
pub fn differences(
    id: &str,
    example: &Value,
    real: &Value,
    each: &mut dyn FnMut(&str, &str, &str),
) -> Vec<String> {
    let mut found = Vec::new();
    compare(id, "", (example, real), each, &mut found);
    found
}

fn compare(
    id: &str,
    place: &str,
    values: (&Value, &Value),
    each: &mut dyn FnMut(&str, &str, &str),
    found: &mut Vec<String>,
) {
    match values {
        (Value::Object(example), Value::Object(real)) => {
            let is_map = MAPS.contains(&(id, place));
            let names: BTreeSet<&String> = example.keys().chain(real.keys()).collect();
            for name in names {
                let inner = format!("{place}/{name}");
                match (example.get(name), real.get(name)) {
                    (Some(example), Some(real)) => compare(id, &inner, (example, real), each, found),
                    _ if is_map => {}
                    (Some(_), None) => found.push(format!("{inner} is in the example only")),
                    _ => found.push(format!("{inner} is in the answer only")),
                }
            }
        }
        (Value::Array(example), Value::Array(real)) => match (example.first(), real.first()) {
            (Some(example), Some(real)) => compare(id, &format!("{place}/0"), (example, real), each, found),
            (Some(_), None) => found.push(format!("{place} is empty in the answer")),
            _ => {}
        },
        (Value::String(example), Value::String(real)) => each(place, example, real),
        (Value::Object(_), Value::Null) => found.push(format!("{place} is null in the answer")),
        (Value::Null, Value::Object(_)) => found.push(format!("{place} is null in the example")),
        _ => {}
    }
}

#[test]
fn a_field_on_either_side_is_noticed() {
    use serde_json::json;
    let found = |example: Value, real: Value| differences("x", &example, &real, &mut |_, _, _| {});
    assert!(
        found(
            json!({"a": 1, "b": [{"c": "x"}]}),
            json!({"a": null, "b": [{"c": "y"}, {}]})
        )
        .is_empty()
    );
    for (example, real) in [
        (json!({"a": 1}), json!({})),
        (json!({}), json!({"a": 1})),
        (json!([{"a": 1}]), json!([])),
        (json!([{"a": 1}]), json!([{"b": 1}])),
        (json!({"a": {}}), json!({"a": null})),
    ] {
        assert!(
            !found(example.clone(), real.clone()).is_empty(),
            "{example} {real}"
        );
    }
}
