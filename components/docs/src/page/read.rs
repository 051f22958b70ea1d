//! `GET /openapi.json`, `/docs`, `/redoc`, the guide's pages and the files that pages need (OPS-6).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use guard::Anonymous;
use http_kit::compress::{Coding, choose};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, Problem, headers, reply};
use serde_json::json;
use utoipa::openapi::schema::{AdditionalProperties, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::site::Page;
use crate::state::Docs;

/// What the document says of itself (OPS-6). The other addresses of this handler are pages, which are not in it.
pub fn document_doc(operation: &mut Operation) {
    operation
        .named("Documentation", "getApiDocument", "This document")
        .says("OpenAPI 3.1, with gzip or Brotli where the client takes them. It changes with releases only: keep its tag.")
        .never(&[Code::DatabaseUnavailable])
        .answers(
            Answer::ok::<ApiDocument>(
                "The document.",
                json!({
                    "openapi": "3.1.0", "info": {"title": "RealCare Edge", "version": "0.1.0"}, "servers": [{"url": "/", "description": "This server"}],
                    "tags": [], "paths": {}, "components": {},
                }),
            )
            .tagged(),
        );
}

/// Only what every such document has; the rest is the specification's.
struct ApiDocument;

impl PartialSchema for ApiDocument {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let object =
            || ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(true)));
        object()
            .property("openapi", text())
            .property("info", object())
            .property("paths", object())
            .required("openapi")
            .required("info")
            .required("paths")
            .into()
    }
}

impl ToSchema for ApiDocument {}

pub async fn handle(
    _: Anonymous,
    State(docs): State<Arc<Docs>>,
    uri: Uri,
    request_headers: HeaderMap,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let page = docs.site.find(uri.path())?;
    let accepted = request_headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let coding = choose(accepted, page.codings());
    let mut response = if known.has_content(&page.digest) {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        body(&docs, page, coding)?
    };
    let map = response.headers_mut();
    headers::vary(map, "Accept-Encoding");
    etag::tag_content(map, &page.digest);
    if let Some(name) = coding.name() {
        etag::encoded(map, name);
    }
    map.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(page.policy.value()),
    );
    Ok(response)
}

/// The page as it lies in the site: encoded when that was done there.
fn body(docs: &Docs, page: &Page, coding: Coding) -> Result<Response, Problem> {
    let bytes = docs.site.read(page, coding)?;
    let media_type = HeaderValue::try_from(&page.media_type)
        .map_err(|error| Problem::new(Code::InternalError).because(error))?;
    let mut response = Response::new(Body::from(bytes));
    let map = response.headers_mut();
    map.insert(header::CONTENT_TYPE, media_type);
    if let Some(name) = coding.name() {
        map.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    Ok(response)
}
