//! Reads one JSON object while it comes: every member of it, and every element of an array in it, is there as soon as its last
//! character is. Small and bounded: the text comes from a model.

use serde::de::IgnoredAny;

/// The longest key, element or member, in bytes.
const LONGEST: usize = 64 * 1024;
/// The longest text, in bytes.
const WHOLE: usize = 1024 * 1024;
/// The deepest nesting inside of an element or member.
const DEEPEST: usize = 8;

/// Something whole: a key and JSON that is well-formed. Whoever knows what it should be reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An element of the array under this key.
    Element(String, String),
    /// What stands under this key and is no array.
    Member(String, String),
}

/// The text is not one JSON object, or goes beyond the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the object.
    Start,
    /// Before the first key, or the end.
    FirstKey,
    /// Before a key.
    NextKey,
    InKey,
    Colon,
    Value,
    InMember,
    /// Before a comma, or the end.
    AfterMember,
    /// Before the first element of an array, or its end.
    FirstElement,
    NextElement,
    InElement,
    AfterElement,
    End,
    Failed,
}

/// A reader in the middle of a text.
#[derive(Debug)]
pub struct Reader {
    state: State,
    key: String,
    raw: String,
    depth: usize,
    in_string: bool,
    escaped: bool,
    read: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            state: State::Start,
            key: String::new(),
            raw: String::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            read: 0,
        }
    }
}

impl Reader {
    /// Takes a piece of the text and gives what became whole with it. After [`Malformed`] nothing follows; what was given before
    /// stands.
    pub fn push(&mut self, text: &str) -> (Vec<Value>, Result<(), Malformed>) {
        let mut values = Vec::new();
        for c in text.chars() {
            self.read = self.read.saturating_add(c.len_utf8());
            if self.read > WHOLE {
                self.state = State::Failed;
            }
            if self.state == State::Failed {
                break;
            }
            self.state = self.step(c, &mut values);
        }
        let failed = self.state == State::Failed;
        (values, if failed { Err(Malformed) } else { Ok(()) })
    }

    /// Whether the object has ended.
    pub fn is_complete(&self) -> bool {
        self.state == State::End
    }

    fn step(&mut self, c: char, values: &mut Vec<Value>) -> State {
        match self.state {
            State::InKey => self.in_key(c),
            State::InMember | State::InElement => self.in_value(c, values),
            between if matches!(c, ' ' | '\n' | '\r' | '\t') => between,
            between => self.sign(between, c, values),
        }
    }

    /// A sign that is none of white space, outside of keys and values.
    fn sign(&mut self, state: State, c: char, values: &mut Vec<Value>) -> State {
        match (state, c) {
            (State::Start, '{') => State::FirstKey,
            (State::FirstKey | State::NextKey, '"') => self.begin(State::InKey, c, values),
            (State::FirstKey | State::AfterMember, '}') => State::End,
            (State::AfterMember, ',') => State::NextKey,
            (State::Colon, ':') => State::Value,
            (State::Value, '[') => State::FirstElement,
            (State::FirstElement | State::AfterElement, ']') => State::AfterMember,
            (State::AfterElement, ',') => State::NextElement,
            (State::Value, c) => self.begin(State::InMember, c, values),
            (State::FirstElement | State::NextElement, c) => self.begin(State::InElement, c, values),
            _ => State::Failed,
        }
    }

    fn begin(&mut self, state: State, c: char, values: &mut Vec<Value>) -> State {
        self.raw.clear();
        (self.depth, self.in_string, self.escaped) = (0, false, false);
        self.state = state;
        if state == State::InKey {
            self.raw.push(c);
            state
        } else {
            self.in_value(c, values)
        }
    }

    fn in_key(&mut self, c: char) -> State {
        self.raw.push(c);
        match c {
            _ if self.raw.len() > LONGEST => State::Failed,
            _ if std::mem::take(&mut self.escaped) => State::InKey,
            '\\' => {
                self.escaped = true;
                State::InKey
            }
            '"' => match serde_json::from_str(&self.raw) {
                Ok(key) => {
                    self.key = key;
                    State::Colon
                }
                Err(_) => State::Failed,
            },
            _ => State::InKey,
        }
    }

    fn in_value(&mut self, c: char, values: &mut Vec<Value>) -> State {
        if self.in_string {
            self.raw.push(c);
            if std::mem::take(&mut self.escaped) {
                return self.bounded();
            }
            self.escaped = c == '\\';
            self.in_string = c != '"';
            return if self.in_string || self.depth > 0 {
                self.bounded()
            } else {
                self.end(values)
            };
        }
        match c {
            // A number or a word ends with what comes behind it.
            ',' | '}' | ']' if self.depth == 0 => match self.end(values) {
                State::Failed => State::Failed,
                after => self.sign(after, c, values),
            },
            ' ' | '\n' | '\r' | '\t' if self.depth == 0 => self.end(values),
            '{' | '[' => self.nest(c, self.depth + 1),
            '}' | ']' => {
                let state = self.nest(c, self.depth - 1);
                if self.depth == 0 { self.end(values) } else { state }
            }
            _ => {
                self.in_string = c == '"';
                self.raw.push(c);
                self.bounded()
            }
        }
    }

    fn nest(&mut self, c: char, depth: usize) -> State {
        self.depth = depth;
        self.raw.push(c);
        if depth > DEEPEST {
            State::Failed
        } else {
            self.bounded()
        }
    }

    /// The same state, unless the value has become too long.
    fn bounded(&self) -> State {
        if self.raw.len() > LONGEST {
            State::Failed
        } else {
            self.state
        }
    }

    /// A value is whole.
    fn end(&mut self, values: &mut Vec<Value>) -> State {
        let raw = std::mem::take(&mut self.raw);
        if serde_json::from_str::<IgnoredAny>(&raw).is_err() {
            return State::Failed;
        }
        if self.state == State::InElement {
            values.push(Value::Element(self.key.clone(), raw));
            State::AfterElement
        } else {
            values.push(Value::Member(std::mem::take(&mut self.key), raw));
            State::AfterMember
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn read<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (Vec<Value>, bool, Result<(), Malformed>) {
        let mut reader = Reader::default();
        let mut all = Vec::new();
        for piece in pieces {
            let (values, result) = reader.push(piece);
            all.extend(values);
            if result.is_err() {
                return (all, reader.is_complete(), result);
            }
        }
        (all, reader.is_complete(), Ok(()))
    }

    /// What the reader should give for an object that is whole.
    fn expected(object: &Json) -> Vec<(String, Json)> {
        let members = object.as_object().unwrap().iter();
        members
            .flat_map(|(key, value)| match value {
                Json::Array(elements) => elements
                    .iter()
                    .map(|element| (key.clone(), element.clone()))
                    .collect(),
                other => vec![(key.clone(), other.clone())],
            })
            .collect()
    }

    fn parsed(values: Vec<Value>) -> Vec<(String, Json)> {
        let parse = |value| {
            let (Value::Element(key, raw) | Value::Member(key, raw)) = value;
            (key, serde_json::from_str(&raw).unwrap())
        };
        values.into_iter().map(parse).collect()
    }

    #[test]
    fn an_element_is_there_with_its_last_character() {
        let mut reader = Reader::default();
        assert_eq!(reader.push(r#"{"clauses": [{"quote": "}]\"", "x": [1"#).0, []);
        let (values, _) = reader.push("]}");
        assert_eq!(
            values,
            [Value::Element(
                "clauses".to_owned(),
                r#"{"quote": "}]\"", "x": [1]}"#.to_owned()
            )]
        );
        assert_eq!(reader.push(r#", {"quote":"#).0, []);
        assert!(!reader.is_complete());
    }

    #[test]
    fn what_is_no_object_is_malformed_and_what_came_stands() {
        for text in [
            "[1]",
            "x",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\":[1,]}",
            "{\"a\":[1 2]}",
            "{\"a\":foo}",
            "{\"a\":1}}",
            "{\"a\":1\"b\"}",
            "{\"a\":{]}",
            "{\"a\":\"\n\"}",
            "```json\n{}",
            "{\"a\":01}",
            "{\"a\":[1]x}",
        ] {
            assert_eq!(read([text]).2, Err(Malformed), "{text}");
        }
        let (values, complete, result) = read([r#"{"a":[1,{"b":2}],"c":?,"#]);
        assert_eq!((values.len(), complete, result), (2, false, Err(Malformed)));
    }

    #[test]
    fn everything_is_bounded() {
        let deep = format!("{{\"a\":{}", "[".repeat(DEEPEST + 2));
        assert_eq!(read([deep.as_str()]).2, Err(Malformed));
        let long = format!("{{\"a\":\"{}", "x".repeat(LONGEST));
        assert_eq!(read([long.as_str()]).2, Err(Malformed));
        let key = format!("{{\"{}", "x".repeat(LONGEST));
        assert_eq!(read([key.as_str()]).2, Err(Malformed));
        let blank = format!("{{{}", " ".repeat(WHOLE));
        assert_eq!(read([blank.as_str()]).2, Err(Malformed));
    }

    fn json_value() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            "[a-z가\"\\\\{}\\[\\],: \n]{0,8}".prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                proptest::collection::btree_map("[a-z\"]{1,3}", inner, 0..4).prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_events(
            members in proptest::collection::btree_map("[a-z\"\\\\]{1,4}", json_value(), 0..5),
            cuts in proptest::collection::vec(0_usize..7, 0..80), pretty: bool,
        ) {
            let object = json!(members);
            let text = if pretty { serde_json::to_string_pretty(&object).unwrap() } else { object.to_string() };
            let mut pieces = Vec::new();
            let mut rest = text.as_str();
            for cut in cuts {
                let at = rest.char_indices().nth(cut).map_or(rest.len(), |(at, _)| at);
                let (piece, after) = rest.split_at(at);
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            let (values, complete, result) = read(pieces);
            prop_assert_eq!(result, Ok(()));
            prop_assert!(complete);
            prop_assert_eq!(parsed(values), expected(&object));
        }

        #[test]
        fn a_cut_gives_the_beginning_and_never_more(
            members in proptest::collection::btree_map("[a-z]{1,4}", json_value(), 0..5), keep in 0.0_f64..1.0,
        ) {
            let object = json!(members);
            let text = object.to_string();
            let length = text.chars().count();
            let cut: String = text.chars().take((length as f64 * keep) as usize).collect();
            let (values, complete, result) = read([cut.as_str()]);
            prop_assert_eq!(result, Ok(()));
            prop_assert!(!complete);
            let (values, all) = (parsed(values), expected(&object));
            prop_assert_eq!(&values[..], &all[..values.len()]);
        }

        #[test]
        fn nonsense_in_any_chunking_is_the_same_nonsense(text in "[{}\\[\\]\",:a1\\\\ ]{0,40}", at in 0_usize..40) {
            let cut = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
            let (one, other) = text.split_at(cut);
            let (whole, pieces) = (read([text.as_str()]), read([one, other]));
            prop_assert_eq!(whole.2, pieces.2);
            prop_assert_eq!(whole.0, pieces.0);
        }
    }
}
