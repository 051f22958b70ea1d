//! Errors as clients see them: RFC 9457 `application/problem+json` (CONV-4).

mod code;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::FieldError;
use i18n::Language;
use serde::Serialize;
use utoipa::ToSchema;

use crate::headers;

pub use code::Code;

/// The registered type of a refusal by a limit (draft-ietf-httpapi-ratelimit-headers-11, section 6.1).
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/// A refused request. It travels as an extension of an empty response until the guard, which knows the language, the
/// path and the request id, writes its body.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    place: Option<String>,
    errors: Vec<FieldError>,
    violated_policy: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    internal: Option<String>,
}

impl Problem {
    /// A problem with nothing to add.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            place: None,
            errors: Vec::new(),
            violated_policy: None,
            headers: Vec::new(),
            internal: None,
        }
    }

    /// Refused fields (422).
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(Code::ValidationFailed)
        }
    }

    /// A refusal by the limit of this name (GUARD-4).
    pub fn quota_exceeded(policy: &'static str) -> Self {
        Self {
            violated_policy: Some(policy),
            ..Self::new(Code::QuotaExceeded)
        }
    }

    /// Adds where in the input the mistake is, such as `line 1, column 7` or a field's name.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds what the log should say; clients never see it.
    #[must_use]
    pub fn because(mut self, internal: impl ToString) -> Self {
        self.internal = Some(internal.to_string());
        self
    }

    /// Its code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What the log should say.
    pub fn internal(&self) -> Option<&str> {
        self.internal.as_deref()
    }

    /// Writes itself into an answer: body, media type, language.
    pub fn write(&self, response: &mut Response, language: Language, instance: &str, request_id: &str) {
        *response.status_mut() = self.code.status();
        *response.body_mut() = Body::from(self.body(language, instance, request_id));
        let map = response.headers_mut();
        // The router has set the length of the empty body that was there before.
        map.remove(header::CONTENT_LENGTH);
        map.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        map.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers::vary(map, "Accept-Language");
    }

    /// The body, in one language, for one request.
    pub fn body(&self, language: Language, instance: &str, request_id: &str) -> Vec<u8> {
        let sentence = i18n::problem(language, self.code.as_str()).unwrap_or(self.code.title());
        let detail = self
            .place
            .as_ref()
            .map_or(sentence.to_owned(), |place| format!("{sentence} ({place})"));
        let document = Document {
            r#type: self.uri(),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &detail,
            instance,
            code: self.code.as_str(),
            request_id,
            errors: self
                .errors
                .iter()
                .map(|error| FieldDocument::new(error, language))
                .collect(),
            violated_policies: self.violated_policy.into_iter().collect(),
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

impl Problem {
    /// The type: registered where there is one, else the page that explains the code.
    fn uri(&self) -> String {
        match self.code {
            Code::QuotaExceeded => QUOTA_EXCEEDED.to_owned(),
            code => format!("/docs/errors/{}", code.as_str().replace('_', "-")),
        }
    }
}

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Document<'a> {
    /// The page that explains the code, or a registered type.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// The short English name of the code.
    title: &'a str,
    /// The HTTP status again.
    status: u16,
    /// A sentence for the person, in the language of `Content-Language`.
    detail: &'a str,
    /// The path that was asked for.
    #[schema(format = "uri-reference")]
    instance: &'a str,
    /// What a program may branch on; it never changes.
    #[schema(value_type = Code)]
    code: &'a str,
    /// The id of the request, as in `X-Request-Id`, for questions to us.
    request_id: &'a str,
    /// The fields that were refused, all of them at once; with `validation_failed` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldDocument<'a>>,
    /// The limits that refused; with `quota_exceeded` only.
    #[serde(rename = "violated-policies", skip_serializing_if = "Vec::is_empty")]
    violated_policies: Vec<&'static str>,
}

/// A refused field.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldProblem)]
struct FieldDocument<'a> {
    /// Where: a JSON pointer (RFC 6901) into the body.
    pointer: &'a str,
    /// Why, for programs.
    #[schema(value_type = domain::FieldCode)]
    code: &'static str,
    /// Why, for the person.
    message: &'static str,
}

impl<'a> FieldDocument<'a> {
    fn new(error: &'a FieldError, language: Language) -> Self {
        let code = error.code.as_str();
        Self {
            pointer: &error.pointer,
            code,
            message: i18n::field(language, code).unwrap_or(code),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        if self.code.status() == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 11.6.1: a 401 says how to authenticate; RFC 6750, section 3.1: and whether a token was the reason.
            let challenge = match self.code {
                Code::InvalidToken => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        for (name, value) in &self.headers {
            response.headers_mut().insert(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::fields(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FieldCode;

    #[test]
    fn every_code_has_its_sentence_in_both_languages() {
        for language in [Language::English, Language::Korean] {
            for code in Code::ALL {
                assert!(i18n::problem(language, code.as_str()).is_some(), "{code:?}");
            }
            for code in FieldCode::ALL {
                assert!(i18n::field(language, code.as_str()).is_some(), "{code:?}");
            }
        }
    }

    #[test]
    fn the_body_tells_the_client_and_hides_what_is_ours() {
        let problem = Problem::new(Code::DatabaseUnavailable).because("connection refused by 10.0.0.7");
        let body = String::from_utf8(problem.body(Language::English, "/api/v1/signals", "r1")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(json["status"], 503);
        assert_eq!(json["code"], "database_unavailable");
        assert_eq!(json["instance"], "/api/v1/signals");
        assert!(!body.contains("10.0.0.7"));
    }
}
