//! Answers of an operation that are no problems.

use axum::http::StatusCode;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::schema::{Schemas, reference};

/// A header of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub says: &'static str,
    /// Whether the answer always has it.
    pub always: bool,
}

/// One kind of answer.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// What it means.
    pub says: &'static str,
    /// The media type and the schema of the body; nothing if there is none.
    pub body: Option<(&'static str, RefOr<Schema>)>,
    /// A body as it may come.
    pub example: Option<Value>,
    /// What stands in its head besides what every answer has.
    pub headers: Vec<Header>,
    /// The schemas that the body refers to.
    pub schemas: Schemas,
}

impl Answer {
    /// JSON of a type.
    pub fn json<T: ToSchema>(status: StatusCode, says: &'static str, example: Value) -> Self {
        let mut schemas = Schemas::new();
        let schema = reference::<T>(&mut schemas);
        Self {
            body: Some(("application/json", schema)),
            example: Some(example),
            schemas,
            ..Self::empty(status, says)
        }
    }

    /// The usual answer: 200 with JSON of a type.
    pub fn ok<T: ToSchema>(says: &'static str, example: Value) -> Self {
        Self::json::<T>(StatusCode::OK, says, example)
    }

    /// The answer to a creation: 201 with `Location` and JSON of a type.
    pub fn created<T: ToSchema>(says: &'static str, example: Value) -> Self {
        Self::json::<T>(StatusCode::CREATED, says, example)
            .header("Location", "The path of what was created.")
    }

    /// An answer without a body.
    pub const fn empty(status: StatusCode, says: &'static str) -> Self {
        Self {
            status,
            says,
            body: None,
            example: None,
            headers: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// It is done, and there is nothing to tell: 204.
    pub const fn done(says: &'static str) -> Self {
        Self::empty(StatusCode::NO_CONTENT, says)
    }

    /// 200 with a text of another kind.
    pub fn text(media_type: &'static str, says: &'static str, example: &str) -> Self {
        Self {
            body: Some((media_type, <String as utoipa::PartialSchema>::schema())),
            example: Some(example.into()),
            ..Self::empty(StatusCode::OK, says)
        }
    }

    /// Another media type than JSON's, such as one that is JSON with a name of its own.
    #[must_use]
    pub fn media_type(mut self, name: &'static str) -> Self {
        self.body = self.body.map(|(_, schema)| (name, schema));
        self
    }

    /// Adds a header that always comes.
    #[must_use]
    pub fn header(mut self, name: &'static str, says: &'static str) -> Self {
        self.headers.push(Header {
            name,
            says,
            always: true,
        });
        self
    }

    /// Adds a header that may be missing, and says when.
    #[must_use]
    pub fn header_sometimes(mut self, name: &'static str, says: &'static str) -> Self {
        self.headers.push(Header {
            name,
            says,
            always: false,
        });
        self
    }

    /// Is written in the language that the client prefers.
    #[must_use]
    pub fn in_language(self) -> Self {
        self.header("Content-Language", "The language of its sentences.")
    }

    /// Carries the tag of the version that it shows (CONV-6).
    #[must_use]
    pub fn tagged(self) -> Self {
        self.header(
            "ETag",
            "The strong tag of the version that is shown, for `If-Match` and `If-None-Match`.",
        )
    }
}
