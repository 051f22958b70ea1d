//! Errors as clients see them: RFC 9457 `application/problem+json` (CONV-4).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::FieldError;
use i18n::Language;
use serde::Serialize;

/// Why a request was refused. The spelling is part of the API: it never changes once published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The body is not JSON.
    MalformedJson,
    /// The body has a field that nobody reads.
    UnknownField,
    /// The body has one field twice.
    DuplicateField,
    /// A field has the wrong JSON type.
    WrongType,
    /// A query parameter is unknown or malformed.
    InvalidQuery,
    /// The cursor was not made by us.
    InvalidCursor,
    /// A token was sent in the URL (AUTH-5).
    TokenInUrl,
    /// The one-time token is unknown, used or too old.
    InvalidOneTimeToken,
    /// No access token.
    AuthenticationRequired,
    /// An access token that does not count; the log knows why, the client does not.
    InvalidToken,
    /// Wrong address or password, or an address that is not verified (AUTH-3).
    InvalidCredentials,
    /// A refresh token that does not count (AUTH-6).
    InvalidRefreshToken,
    /// The role does not suffice.
    Forbidden,
    /// No such route, or no such object for this person (CONV-9).
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// More than the body limit (GUARD-9).
    BodyTooLarge,
    /// The body broke off.
    BodyUnreadable,
    /// Not JSON by its media type.
    UnsupportedMediaType,
    /// Fields that were refused; see `errors`.
    ValidationFailed,
    /// A rate limit (GUARD-4).
    QuotaExceeded,
    /// A mistake of ours.
    InternalError,
    /// Variables that are missing or malformed (GUARD-12).
    ConfigurationInvalid,
    /// The database does not answer.
    DatabaseUnavailable,
    /// The key-value store does not answer (GUARD-2).
    StoreUnavailable,
}

impl Code {
    /// Every code, for the documents and the catalogue's test.
    pub const ALL: [Self; 24] = [
        Self::MalformedJson,
        Self::UnknownField,
        Self::DuplicateField,
        Self::WrongType,
        Self::InvalidQuery,
        Self::InvalidCursor,
        Self::TokenInUrl,
        Self::InvalidOneTimeToken,
        Self::AuthenticationRequired,
        Self::InvalidToken,
        Self::InvalidCredentials,
        Self::InvalidRefreshToken,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::BodyUnreadable,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::QuotaExceeded,
        Self::InternalError,
        Self::ConfigurationInvalid,
        Self::DatabaseUnavailable,
        Self::StoreUnavailable,
    ];

    const fn entry(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::MalformedJson => ("malformed_json", StatusCode::BAD_REQUEST, "Malformed JSON"),
            Self::UnknownField => ("unknown_field", StatusCode::BAD_REQUEST, "Unknown field"),
            Self::DuplicateField => ("duplicate_field", StatusCode::BAD_REQUEST, "Duplicate field"),
            Self::WrongType => ("wrong_type", StatusCode::BAD_REQUEST, "Wrong type"),
            Self::InvalidQuery => ("invalid_query", StatusCode::BAD_REQUEST, "Invalid query"),
            Self::InvalidCursor => ("invalid_cursor", StatusCode::BAD_REQUEST, "Invalid cursor"),
            Self::TokenInUrl => ("token_in_url", StatusCode::BAD_REQUEST, "Token in URL"),
            Self::InvalidOneTimeToken => (
                "invalid_one_time_token",
                StatusCode::BAD_REQUEST,
                "Invalid one-time token",
            ),
            Self::AuthenticationRequired => (
                "authentication_required",
                StatusCode::UNAUTHORIZED,
                "Authentication required",
            ),
            Self::InvalidToken => ("invalid_token", StatusCode::UNAUTHORIZED, "Invalid token"),
            Self::InvalidCredentials => (
                "invalid_credentials",
                StatusCode::UNAUTHORIZED,
                "Invalid credentials",
            ),
            Self::InvalidRefreshToken => (
                "invalid_refresh_token",
                StatusCode::UNAUTHORIZED,
                "Invalid refresh token",
            ),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, "Forbidden"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => (
                "method_not_allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "Method not allowed",
            ),
            Self::BodyTooLarge => ("body_too_large", StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
            Self::BodyUnreadable => ("body_unreadable", StatusCode::BAD_REQUEST, "Body unreadable"),
            Self::UnsupportedMediaType => (
                "unsupported_media_type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
            ),
            Self::ValidationFailed => (
                "validation_failed",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Validation failed",
            ),
            Self::QuotaExceeded => ("quota_exceeded", StatusCode::TOO_MANY_REQUESTS, "Quota exceeded"),
            Self::InternalError => (
                "internal_error",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal error",
            ),
            Self::ConfigurationInvalid => (
                "configuration_invalid",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Configuration invalid",
            ),
            Self::DatabaseUnavailable => (
                "database_unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "Database unavailable",
            ),
            Self::StoreUnavailable => (
                "store_unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "Store unavailable",
            ),
        }
    }

    /// The stable spelling.
    pub const fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        self.entry().1
    }

    /// The short English title, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        self.entry().2
    }
}

/// A refused request. It travels as an extension of an empty response until the guard, which knows the language, the
/// path and the request id, writes its body.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    place: Option<String>,
    errors: Vec<FieldError>,
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
            headers: Vec::new(),
            internal: None,
        }
    }

    /// Refused fields (422).
    pub const fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            code: Code::ValidationFailed,
            place: None,
            errors,
            headers: Vec::new(),
            internal: None,
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
        let headers = response.headers_mut();
        // The router has set the length of the empty body that was there before.
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    }

    /// The body, in one language, for one request.
    pub fn body(&self, language: Language, instance: &str, request_id: &str) -> Vec<u8> {
        let sentence = i18n::problem(language, self.code.as_str()).unwrap_or(self.code.title());
        let detail = self
            .place
            .as_ref()
            .map_or(sentence.to_owned(), |place| format!("{sentence} ({place})"));
        let document = Document {
            r#type: format!("/docs/errors/{}", self.code.as_str().replace('_', "-")),
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
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldDocument<'a>>,
}

#[derive(Serialize)]
struct FieldDocument<'a> {
    pointer: &'a str,
    code: &'static str,
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
            // RFC 9110, section 11.6.1: a 401 says how to authenticate.
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
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
