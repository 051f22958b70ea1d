//! Bodies and queries (GUARD-9).

use http_kit::json;
use http_kit::query::Pairs;
use serde::Deserialize;

/// As requests are: names that are known, no others.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    amount: Option<i64>,
    list: Option<Vec<Option<String>>>,
    any: Option<serde_json::Value>,
}

/// What is taken is JSON, an object, with known names once each, and not deep.
pub fn json_body(bytes: &[u8]) {
    let Ok(body) = json::parse::<Body>(bytes) else {
        return;
    };
    let again: serde_json::Value = serde_json::from_slice(bytes).expect("what is taken is JSON");
    let fields = again.as_object().expect("what is taken is an object");
    assert!(
        fields
            .keys()
            .all(|name| ["name", "amount", "list", "any"].contains(&name.as_str()))
    );
    assert_eq!(fields["name"], body.name);
    assert!(depth(&again) <= 33, "too deep");
}

fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A parameter is read once, and what nobody took is refused.
pub fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut pairs = Pairs::parse(&text);
    let limit = http_kit::query::limit(&mut pairs);
    if let Ok(limit) = &limit {
        assert!((1..=100).contains(limit));
    }
    let named = pairs.take("q", |raw| Some(raw.to_owned()));
    let nothing_else = pairs.finish().is_ok();
    if limit.is_ok() && named.is_ok() && nothing_else {
        let known = text.split('&').filter(|pair| !pair.is_empty()).count();
        assert!(known <= 2, "{text}");
    }
}
