//! What a text must be when it was stored (CONV-8), written down a second time, in other words than `domain::text`.

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What a field takes.
#[derive(Clone, Copy)]
pub enum Kind {
    /// One line of so many characters.
    Line(usize),
    /// Several lines of so many characters.
    Lines(usize),
}

/// What is stored of a text; nothing if it is refused.
pub fn cleaned(raw: &str, kind: Kind) -> Option<String> {
    let (multi, most) = match kind {
        Kind::Line(most) => (false, most),
        Kind::Lines(most) => (true, most),
    };
    let raw = if multi {
        raw.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        raw.to_owned()
    };
    let mut kept = String::new();
    for letter in raw.chars() {
        match letter {
            '\n' | '\t' if multi => kept.push(letter),
            letter if !multi && letter.is_whitespace() => kept.push(' '),
            letter if hides(letter) => {}
            letter => kept.push(letter),
        }
    }
    let composed: String = kept.nfc().collect();
    let mut text = composed.trim().to_owned();
    while !multi && text.contains("  ") {
        text = text.replace("  ", " ");
    }
    (1..=most).contains(&text.chars().count()).then_some(text)
}

/// Characters that nobody sees and that turn or break what stands around them.
fn hides(letter: char) -> bool {
    matches!(letter, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The first string of an answer that is not clean, wherever it stands.
pub fn unclean(answer: &Value) -> Option<String> {
    match answer {
        Value::String(text) => {
            let odd = text
                .chars()
                .any(|letter| !matches!(letter, '\n' | '\t') && hides(letter));
            (odd || !is_nfc(text)).then(|| format!("{text:?}"))
        }
        Value::Array(items) => items.iter().find_map(unclean),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, value)| unclean(value).map(|text| format!("{name}: {text}"))),
        _ => None,
    }
}
