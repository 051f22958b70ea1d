//! JSON request bodies (GUARD-9): media type, size, form, no unknown and no double fields.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use domain::{FieldCode, FieldError};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

/// The largest body that is read: 1 MiB (GUARD-9).
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A request body of type `T`. Types that are read this way deny unknown fields; serde refuses double ones.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if media_type(request.headers()) != Some("application/json".to_owned()) {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let bytes = read(request.into_body()).await?;
        parse(&bytes).map(Json)
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

/// The whole body, unless it is too large.
///
/// # Errors
/// [`Code::BodyTooLarge`] or [`Code::BodyUnreadable`].
pub async fn read(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, BODY_LIMIT).collect().await {
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
    serde_json::from_slice(bytes).map_err(|error| problem(&error))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

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
    }

    #[test]
    fn the_place_of_a_mistake_is_named() {
        let problem = parse::<Sample>(b"{\"name\": }").unwrap_err();
        let body = problem.body(i18n::Language::English, "/", "r");
        assert!(String::from_utf8(body).unwrap().contains("(line 1, column 10)"));
    }
}
