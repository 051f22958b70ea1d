//! Requests and answers as Spin hands them over. The conversions of the SDK ask the host for everything that a request has; these ask for
//! what we read, because calls to the host are what a request costs.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use spin_sdk::wasip3::http::types;
use spin_sdk::wasip3::http_compat::{BodyWriter, IncomingRequestBody};
use spin_sdk::wit_bindgen;

/// How many turns the host gets between the offer of a body and the head. After a call that blocked (a counter, a read of SQLite), 459 of 960 answers
/// on one connection came in two packets without a turn, 370 after one, none after two; two are spare.
const HEAD_START: usize = 4;

/// The request behind a handle of the host's. Its URI is what stands in the request line, without scheme and authority.
///
/// # Errors
/// The code of a request that is none.
pub fn receive(request: types::Request) -> Result<Request<Body>, types::ErrorCode> {
    let method =
        Method::try_from(request.get_method()).map_err(|_| types::ErrorCode::HttpRequestMethodInvalid)?;
    let uri = request.get_path_with_query().unwrap_or_default();
    let uri = Uri::try_from(uri).map_err(|_| types::ErrorCode::HttpRequestUriInvalid)?;
    let headers = headers(&request)?;
    // Nobody reads what comes with a question: RFC 9110, section 9.3.1, gives it no meaning.
    let body = match method {
        Method::GET | Method::HEAD => Body::empty(),
        _ => Body::new(IncomingRequestBody::new(request)?),
    };
    let mut received = Request::new(body);
    *received.method_mut() = method;
    *received.uri_mut() = uri;
    *received.headers_mut() = headers;
    Ok(received)
}

fn headers(request: &types::Request) -> Result<HeaderMap, types::ErrorCode> {
    let list = request.get_headers().copy_all();
    let mut headers = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let name = HeaderName::try_from(name).map_err(malformed)?;
        let value = HeaderValue::from_maybe_shared(Bytes::from(value)).map_err(malformed)?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// Hands an answer over. Its body is offered before its head leaves, and the host gets a few turns to take it, so that it has both at once: Spin leaves Nagle's algorithm
/// on, and a head and a body in two packets cost the client a delayed ACK of 40 ms (`docs/decisions.md`).
///
/// # Errors
/// The code of an answer that the host does not take.
pub async fn send(response: Response<Body>) -> Result<types::Response, types::ErrorCode> {
    let (parts, mut body) = response.into_parts();
    let headers = fields(&parts.headers).map_err(malformed)?;
    let (writer, contents, trailers) = BodyWriter::new();
    let contents = (!body.is_end_stream()).then_some(contents);
    let (answer, _) = types::Response::new(headers, contents, trailers);
    answer
        .set_status_code(parts.status.as_u16())
        .map_err(|()| malformed("status"))?;
    let mut writing: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
        // Whoever hung up does not want to know.
        let _ = writer.send_http_body(&mut body).await;
    });
    let begun = poll_fn(|context| Poll::Ready(writing.as_mut().poll(context))).await;
    if begun.is_pending() {
        wit_bindgen::spawn(writing);
        for _ in 0..HEAD_START {
            wit_bindgen::yield_async().await;
        }
    }
    Ok(answer)
}

/// The host's list of headers. It is made of owned texts, two for each header, so those of the answer before are written over.
fn fields(headers: &HeaderMap) -> Result<types::Fields, types::HeaderError> {
    thread_local! {
        static LIST: RefCell<Vec<(String, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
    }
    LIST.with_borrow_mut(|list| {
        list.resize_with(headers.len().max(list.len()), Default::default);
        for ((name, value), (known, bytes)) in list.iter_mut().zip(headers) {
            known.as_str().clone_into(name);
            value.clear();
            value.extend_from_slice(bytes.as_bytes());
        }
        types::Fields::from_list(list.get(..headers.len()).unwrap_or_default())
    })
}

fn malformed(error: impl ToString) -> types::ErrorCode {
    types::ErrorCode::InternalError(Some(error.to_string()))
}
