//! JSON request bodies (GUARD-9): media type, size, form, no unknown and no double fields.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use domain::{FieldCode, FieldError};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::{Code, Problem};

/// The largest body that is read unless a route says otherwise: 1 MiB (GUARD-9).
pub const BODY_LIMIT: usize = 1024 * 1024;

/// How deep objects and arrays may nest (GUARD-9). Nothing of ours needs more than four.
const DEPTH: usize = 32;

/// The largest body of one route, in bytes; an extension of its requests.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// A request body of type `T`. Types that are read this way deny unknown fields; serde refuses double ones.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        require(request.headers())?;
        parse(&read(request).await?).map(Json)
    }
}

/// Refuses what does not say that it is JSON.
///
/// # Errors
/// [`Code::UnsupportedMediaType`].
pub fn require(headers: &HeaderMap) -> Result<(), Problem> {
    match media_type(headers).as_deref() {
        Some("application/json") => Ok(()),
        _ => Err(Problem::new(Code::UnsupportedMediaType)),
    }
}

/// The media type without parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

/// The whole body, unless it is larger than its route allows.
///
/// # Errors
/// [`Code::BodyTooLarge`] or [`Code::BodyUnreadable`].
pub async fn read(request: Request) -> Result<Bytes, Problem> {
    let limit = request
        .extensions()
        .get()
        .map_or(BODY_LIMIT, |BodyLimit(limit)| *limit);
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(Code::BodyTooLarge)),
        Err(error) => Err(Problem::new(Code::BodyUnreadable).because(error)),
    }
}

/// Reads a type from JSON.
///
/// # Errors
/// A [`Problem`] that says what is wrong and where.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would take an array for a struct, its items for the fields in order: no client means that.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::new(Code::WrongType).at("an object is expected"));
    }
    if depth(bytes) > DEPTH {
        return Err(Problem::new(Code::TooDeep));
    }
    serde_json::from_slice(bytes).map_err(|error| problem(&error))
}

/// How deep brackets nest outside of strings, in one pass: what is refused costs no memory.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                now += 1;
                deepest = deepest.max(now);
            }
            (false, b'}' | b']') => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// serde tells the kinds of mistakes apart only by its text; the test below holds it to that.
fn problem(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    let named = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    if let Some(field) = named("missing field `") {
        let pointer = format!("/{field}");
        return Problem::fields(vec![FieldError {
            pointer,
            code: FieldCode::Required,
        }]);
    }
    if let Some(field) = named("unknown field `") {
        return Problem::new(Code::UnknownField).at(format!("`{field}`, {place}"));
    }
    if let Some(field) = named("duplicate field `") {
        return Problem::new(Code::DuplicateField).at(format!("`{field}`, {place}"));
    }
    let code = if error.is_data() {
        Code::WrongType
    } else {
        Code::MalformedJson
    };
    Problem::new(code).at(place)
}

/// For `deserialize_with` in a merge patch (RFC 7396): a field that is there. Its value, or an error for a `null` that its type does not know.
///
/// # Errors
/// Those of the value.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "age")]
        _age: Option<i64>,
    }

    fn code(text: &str) -> Code {
        parse::<Sample>(text.as_bytes()).map(|_| ()).unwrap_err().code()
    }

    #[test]
    fn each_mistake_has_its_code() {
        assert_eq!(code("{\"name\": \"a\","), Code::MalformedJson);
        assert_eq!(code(""), Code::MalformedJson);
        assert_eq!(code("{\"name\": \"a\"} x"), Code::MalformedJson);
        assert_eq!(code("{\"name\": 1}"), Code::WrongType);
        assert_eq!(code("[]"), Code::WrongType);
        assert_eq!(code(" [\"a\", 1]"), Code::WrongType);
        assert_eq!(code("7"), Code::WrongType);
        assert_eq!(code("{\"name\": \"a\", \"x\": 1}"), Code::UnknownField);
        assert_eq!(code("{\"name\": \"a\", \"name\": \"b\"}"), Code::DuplicateField);
        assert_eq!(code("{\"age\": 1}"), Code::ValidationFailed);
        assert_eq!(code(&"[".repeat(1000)), Code::WrongType);
        assert_eq!(code(&format!("{{\"name\": {}", "[".repeat(32))), Code::TooDeep);
        assert_eq!(code(&format!("{{\"name\": {}", "[".repeat(31))), Code::WrongType);
        let brackets_in_a_string = format!("{{\"name\": \"\\\"{}\"}}", "[".repeat(99));
        assert!(parse::<Sample>(brackets_in_a_string.as_bytes()).is_ok());
    }

    #[test]
    fn the_place_of_a_mistake_is_named() {
        let problem = parse::<Sample>(b"{\"name\": }").unwrap_err();
        let body = problem.body(i18n::Language::English, "/", "r");
        assert!(String::from_utf8(body).unwrap().contains("(line 1, column 10)"));
    }
}
