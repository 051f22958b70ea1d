//! `GET /openapi.json`, `/docs`, `/redoc`, the guide's pages and the files that pages need (OPS-6).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use guard::Anonymous;
use http_kit::compress::{Coding, choose};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, Problem, headers, reply};

use crate::site::Page;
use crate::state::Docs;

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
