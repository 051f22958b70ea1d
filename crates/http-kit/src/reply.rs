//! Answers that are written often.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::doc::{Schemas, reference};
use crate::headers;
use crate::problem::{Code, Problem};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Room for an ordinary answer, in bytes.
const ROOM: usize = 1024;

/// A JSON answer with this status.
///
/// # Errors
/// [`Code::InternalError`] when the value cannot be written as JSON.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    let mut bytes = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut bytes, value)
        .map_err(|error| Problem::new(Code::InternalError).because(error))?;
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    headers::make_room(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    Ok(response)
}

/// A JSON answer to a creation: 201 with `Location`.
///
/// # Errors
/// As [`json`].
pub fn created<T: Serialize>(location: &str, value: &T) -> Result<Response, Problem> {
    let mut response = json(StatusCode::CREATED, value)?;
    let location =
        HeaderValue::try_from(location).map_err(|error| Problem::new(Code::InternalError).because(error))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// One page of a list (CONV-5).
#[derive(Serialize)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let text_or_null = SchemaType::from_iter([Type::String, Type::Null]);
        let next_cursor = ObjectBuilder::new()
            .schema_type(text_or_null)
            .description(Some("Where the next page begins; `null` on the last one."));
        ObjectBuilder::new()
            .property(
                "items",
                ArrayBuilder::new().items(reference::<T>(&mut Schemas::new())),
            )
            .property("next_cursor", next_cursor)
            .required("items")
            .required("next_cursor")
            .description(Some("One page of a list."))
            .into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Schemas) {
        reference::<T>(schemas);
    }
}
