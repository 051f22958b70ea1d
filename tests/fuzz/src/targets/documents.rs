//! Texts of contracts, which anybody may upload (CON-4).

use domain::analysis::{dates, graph, ingestion, money, parties, quality, taxonomy};

/// Whatever the text is, its parts lie inside of it.
pub fn document(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    let document = ingestion::normalise(&raw);
    let text = document.as_str();
    assert_eq!(
        ingestion::normalise(text).as_str(),
        text,
        "normal twice is normal"
    );
    let _ = quality::judge(&document);
    let sections = taxonomy::split(&document);
    let _ = graph::tie(&document, &sections);
    let _ = parties::find(text);
    for amount in money::find(text) {
        assert!(text.get(amount.range.clone()).is_some(), "{amount:?}");
    }
    for day in dates::find(text) {
        assert!(text.get(day.range.clone()).is_some(), "{day:?}");
    }
    let _ = money::parse(&raw);
    for sentence in taxonomy::sentences(&document, 0..text.len()) {
        assert!(text.get(sentence.clone()).is_some(), "{sentence:?}");
    }
}
