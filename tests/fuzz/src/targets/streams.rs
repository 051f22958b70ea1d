//! What a model sends, piece by piece (CON-5).

use std::collections::BTreeMap;

use analyst_gemini::{Events, Reader, Value};
use serde::de::IgnoredAny;

/// Pieces of a text, cut where its first byte says.
fn pieces(text: &str) -> Vec<&str> {
    let step = 1 + text.bytes().next().map_or(0, |byte| usize::from(byte) % 13);
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.char_indices().nth(step).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> (Vec<Value>, bool, bool) {
    let (mut reader, mut values, mut failed) = (Reader::default(), Vec::new(), false);
    for text in texts {
        let (more, result) = reader.push(text);
        values.extend(more);
        failed |= result.is_err();
    }
    (values, reader.is_complete(), failed)
}

/// In any pieces the same; what is complete is JSON, and JSON within the bounds is complete.
pub fn partial_json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let whole = read([text.as_ref()]);
    assert_eq!(read(pieces(&text)), whole);
    let (values, complete, failed) = whole;
    for value in &values {
        let (Value::Element(key, raw) | Value::Member(key, raw)) = value;
        // Numbers of any size are JSON (RFC 8259, section 6); whoever knows what it should be refuses them.
        assert!(serde_json::from_str::<IgnoredAny>(raw).is_ok(), "{key}: {raw}");
    }
    if complete && !failed {
        let object = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(&text);
        assert!(object.is_ok(), "complete, but no object: {text}");
    }
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(&text)
        && json.is_object()
        && depth(&json) <= 8
        && text.len() < 60_000
    {
        assert!(complete && !failed, "an object, but not complete: {text}");
    }
}

fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// In any pieces the same, and no event is longer than what came.
pub fn event_stream(bytes: &[u8]) {
    let whole = Events::default().push(bytes);
    let step = 1 + bytes.first().map_or(0, |byte| usize::from(*byte) % 13);
    let mut events = Events::default();
    let found: Vec<Vec<u8>> = bytes.chunks(step).flat_map(|piece| events.push(piece)).collect();
    assert_eq!(found, whole);
    assert!(whole.iter().map(Vec::len).sum::<usize>() <= bytes.len());
}
