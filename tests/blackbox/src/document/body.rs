//! The body of an answer against what its response documents.

use std::io::Read;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use super::schema;
use crate::client::Answer;

/// What is not as the response says; `place` names the response.
pub fn mistakes(place: &str, response: &'static Value, answer: &Answer) -> Vec<String> {
    let documented = response["content"].as_object().filter(|kinds| !kinds.is_empty());
    let kinds = match (documented, answer.body.is_empty()) {
        (None, true) => return Vec::new(),
        (None, false) => return vec!["a body, where it has none".to_owned()],
        (Some(_), true) => return vec!["an empty body, where it has one".to_owned()],
        (Some(kinds), false) => kinds,
    };
    let kind = text(&answer.headers, CONTENT_TYPE);
    let Some(content) = kinds.get(kind) else {
        return vec![unknown(kind, kinds)];
    };
    let body = match decoded(&answer.body, text(&answer.headers, CONTENT_ENCODING)) {
        Ok(body) => body,
        Err(error) => return vec![format!("a body in a coding that it is not in: {error}")],
    };
    let value = if kind.ends_with("json") {
        match serde_json::from_slice(&body) {
            Ok(value) => value,
            Err(error) => return vec![format!("no JSON: {error}")],
        }
    } else {
        Value::from(String::from_utf8_lossy(&body))
    };
    schema::mistakes(&format!("{place} {kind}"), &content["schema"], &value)
}

/// The same of a body that is still to come.
pub fn mistakes_of_head(response: &Value, headers: &HeaderMap) -> Option<String> {
    let kinds = response["content"].as_object()?;
    let kind = text(headers, CONTENT_TYPE);
    (!kinds.contains_key(kind)).then(|| unknown(kind, kinds))
}

fn unknown(kind: &str, kinds: &Map<String, Value>) -> String {
    let known: Vec<&String> = kinds.keys().collect();
    format!("the content type {kind:?}: it has {known:?}")
}

/// A header as text; empty if it is not there.
fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The body without its coding.
fn decoded(body: &[u8], coding: &str) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match coding {
        "" => plain.extend_from_slice(body),
        "gzip" => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain)?;
        }
        "br" => {
            brotli::Decompressor::new(body, 4096).read_to_end(&mut plain)?;
        }
        other => return Err(std::io::Error::other(format!("{other} is no coding of ours"))),
    }
    Ok(plain)
}
