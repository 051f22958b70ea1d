//! The codes of problems: what a client may branch on (CONV-4).

use std::borrow::Cow;

use axum::http::StatusCode;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

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
    /// The body nests deeper than anything we read (GUARD-9).
    TooDeep,
    /// A query parameter is unknown or malformed.
    InvalidQuery,
    /// `Idempotency-Key` is empty, too long or not visible ASCII (CONV-7).
    InvalidIdempotencyKey,
    /// A query parameter holds NUL or another control character (GUARD-9).
    ControlCharacter,
    /// The cursor was not made by us.
    InvalidCursor,
    /// A token was sent in the URL (AUTH-5).
    TokenInUrl,
    /// The one-time token is unknown, used or too old.
    InvalidOneTimeToken,
    /// The visit to a provider is unknown, over, or belongs to another browser (AUTH-14).
    InvalidSignInState,
    /// The code of a visit is unknown, used, too old, or another app's (AUTH-14).
    InvalidSignInCode,
    /// The person said no at the provider.
    ConsentDenied,
    /// The provider told no address.
    ProviderAddressMissing,
    /// The provider answered what cannot be right; the log knows what.
    ProviderAnswerInvalid,
    /// The provider does not answer, or we may not ask it more often.
    ProviderUnavailable,
    /// The provider gave no refresh token (AUTH-15).
    NoRefreshToken,
    /// Without this identity the person could not sign in any more (AUTH-14).
    LastWayIn,
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
    /// What cannot be undone wants a sign-in of just now (AUTH-11).
    FreshSignInRequired,
    /// The present password, asked for again, is wrong (AUTH-8).
    WrongPassword,
    /// No such route, or no such object for this person (CONV-9).
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// There is one already, and there can be only one.
    AlreadyExists,
    /// The state does not allow it (SIG-2).
    ForbiddenStep,
    /// There are as many as there can be (CON-3).
    TooMany,
    /// An order that does not name everything once (CON-3).
    OutdatedOrder,
    /// Nobody answers their own signal (SIG-4).
    OwnSignal,
    /// The contract has no text that could be analysed (CON-4).
    DocumentMissing,
    /// The owner has decided already, or the signal is not open any more (SIG-4).
    AlreadyDecided,
    /// The same creation is running just now (CONV-7).
    RequestInProgress,
    /// It has another version than the client thinks (CONV-6).
    PreconditionFailed,
    /// More than the body limit (GUARD-9).
    BodyTooLarge,
    /// The body broke off.
    BodyUnreadable,
    /// Not JSON by its media type.
    UnsupportedMediaType,
    /// Fields that were refused; see `errors`.
    ValidationFailed,
    /// The key was used for another request (CONV-7).
    IdempotencyKeyReused,
    /// A rate limit (GUARD-4).
    QuotaExceeded,
    /// As many passwords are being hashed as the instance can bear (AUTH-9).
    Busy,
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
    pub const ALL: &[Self] = &[
        Self::MalformedJson,
        Self::UnknownField,
        Self::DuplicateField,
        Self::WrongType,
        Self::TooDeep,
        Self::InvalidQuery,
        Self::InvalidIdempotencyKey,
        Self::ControlCharacter,
        Self::InvalidCursor,
        Self::TokenInUrl,
        Self::InvalidOneTimeToken,
        Self::InvalidSignInState,
        Self::InvalidSignInCode,
        Self::ConsentDenied,
        Self::ProviderAddressMissing,
        Self::ProviderAnswerInvalid,
        Self::ProviderUnavailable,
        Self::NoRefreshToken,
        Self::LastWayIn,
        Self::AuthenticationRequired,
        Self::InvalidToken,
        Self::InvalidCredentials,
        Self::InvalidRefreshToken,
        Self::Forbidden,
        Self::FreshSignInRequired,
        Self::WrongPassword,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::AlreadyExists,
        Self::ForbiddenStep,
        Self::TooMany,
        Self::OutdatedOrder,
        Self::OwnSignal,
        Self::DocumentMissing,
        Self::AlreadyDecided,
        Self::RequestInProgress,
        Self::PreconditionFailed,
        Self::BodyTooLarge,
        Self::BodyUnreadable,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::IdempotencyKeyReused,
        Self::QuotaExceeded,
        Self::Busy,
        Self::InternalError,
        Self::ConfigurationInvalid,
        Self::DatabaseUnavailable,
        Self::StoreUnavailable,
    ];

    // One line for each code, so that the table can be read.
    #[rustfmt::skip]
    const fn entry(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::MalformedJson => ("malformed_json", StatusCode::BAD_REQUEST, "Malformed JSON"),
            Self::UnknownField => ("unknown_field", StatusCode::BAD_REQUEST, "Unknown field"),
            Self::DuplicateField => ("duplicate_field", StatusCode::BAD_REQUEST, "Duplicate field"),
            Self::WrongType => ("wrong_type", StatusCode::BAD_REQUEST, "Wrong type"),
            Self::TooDeep => ("nested_too_deeply", StatusCode::BAD_REQUEST, "Nested too deeply"),
            Self::InvalidQuery => ("invalid_query", StatusCode::BAD_REQUEST, "Invalid query"),
            Self::InvalidIdempotencyKey => ("invalid_idempotency_key", StatusCode::BAD_REQUEST, "Invalid idempotency key"),
            Self::ControlCharacter => ("control_character", StatusCode::BAD_REQUEST, "Control character"),
            Self::InvalidCursor => ("invalid_cursor", StatusCode::BAD_REQUEST, "Invalid cursor"),
            Self::TokenInUrl => ("token_in_url", StatusCode::BAD_REQUEST, "Token in URL"),
            Self::InvalidOneTimeToken => ("invalid_one_time_token", StatusCode::BAD_REQUEST, "Invalid one-time token"),
            Self::InvalidSignInState => ("invalid_sign_in_state", StatusCode::BAD_REQUEST, "Invalid sign-in state"),
            Self::InvalidSignInCode => ("invalid_sign_in_code", StatusCode::BAD_REQUEST, "Invalid sign-in code"),
            Self::ConsentDenied => ("consent_denied", StatusCode::BAD_REQUEST, "Consent denied"),
            Self::ProviderAddressMissing => ("provider_address_missing", StatusCode::BAD_REQUEST, "Provider address missing"),
            Self::ProviderAnswerInvalid => ("provider_answer_invalid", StatusCode::BAD_GATEWAY, "Provider answer invalid"),
            Self::ProviderUnavailable => ("provider_unavailable", StatusCode::SERVICE_UNAVAILABLE, "Provider unavailable"),
            Self::NoRefreshToken => ("no_refresh_token", StatusCode::CONFLICT, "No refresh token"),
            Self::LastWayIn => ("last_way_in", StatusCode::CONFLICT, "Last way in"),
            Self::AuthenticationRequired => ("authentication_required", StatusCode::UNAUTHORIZED, "Authentication required"),
            Self::InvalidToken => ("invalid_token", StatusCode::UNAUTHORIZED, "Invalid token"),
            Self::InvalidCredentials => ("invalid_credentials", StatusCode::UNAUTHORIZED, "Invalid credentials"),
            Self::InvalidRefreshToken => ("invalid_refresh_token", StatusCode::UNAUTHORIZED, "Invalid refresh token"),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, "Forbidden"),
            Self::FreshSignInRequired => ("fresh_sign_in_required", StatusCode::FORBIDDEN, "Fresh sign-in required"),
            Self::WrongPassword => ("wrong_password", StatusCode::FORBIDDEN, "Wrong password"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
            Self::AlreadyExists => ("already_exists", StatusCode::CONFLICT, "Already exists"),
            Self::ForbiddenStep => ("forbidden_step", StatusCode::CONFLICT, "Forbidden step"),
            Self::TooMany => ("too_many", StatusCode::CONFLICT, "Too many"),
            Self::OutdatedOrder => ("outdated_order", StatusCode::CONFLICT, "Outdated order"),
            Self::OwnSignal => ("own_signal", StatusCode::CONFLICT, "Own signal"),
            Self::DocumentMissing => ("document_missing", StatusCode::CONFLICT, "Document missing"),
            Self::AlreadyDecided => ("already_decided", StatusCode::CONFLICT, "Already decided"),
            Self::RequestInProgress => ("request_in_progress", StatusCode::CONFLICT, "Request in progress"),
            Self::PreconditionFailed => ("precondition_failed", StatusCode::PRECONDITION_FAILED, "Precondition failed"),
            Self::BodyTooLarge => ("body_too_large", StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
            Self::BodyUnreadable => ("body_unreadable", StatusCode::BAD_REQUEST, "Body unreadable"),
            Self::UnsupportedMediaType => ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),
            Self::ValidationFailed => ("validation_failed", StatusCode::UNPROCESSABLE_ENTITY, "Validation failed"),
            Self::IdempotencyKeyReused => ("idempotency_key_reused", StatusCode::UNPROCESSABLE_ENTITY, "Idempotency key reused"),
            Self::QuotaExceeded => ("quota_exceeded", StatusCode::TOO_MANY_REQUESTS, "Quota exceeded"),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE, "Busy"),
            Self::InternalError => ("internal_error", StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::ConfigurationInvalid => ("configuration_invalid", StatusCode::INTERNAL_SERVER_ERROR, "Configuration invalid"),
            Self::DatabaseUnavailable => ("database_unavailable", StatusCode::SERVICE_UNAVAILABLE, "Database unavailable"),
            Self::StoreUnavailable => ("store_unavailable", StatusCode::SERVICE_UNAVAILABLE, "Store unavailable"),
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

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .description(Some("Why a request was refused."))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}
