//! What an answer carries, so that the host has as much to copy as for the endpoint itself.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::BodyExt;
use http_kit::headers;

/// As long as the answer of `GET /api/v1/auth/rate-limit`.
const BODY: &str = r#"{"tier":"free","class":"free","limit":1000000000,"remaining":999999999,"reset":60}"#;

/// The id that an answer with all headers carries.
const REQUEST_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// As long as the path of a new signal.
const CREATED: &str = "/api/v1/signals/01890a5d-ac96-774b-bcce-b302099a8057";

/// As long as the headers of a limit are (GUARD-4).
const LIMITS: [(HeaderName, HeaderValue); 5] = [
    (
        HeaderName::from_static("ratelimit-policy"),
        HeaderValue::from_static(r#""free";q=1000000000;w=60"#),
    ),
    (
        HeaderName::from_static("ratelimit"),
        HeaderValue::from_static(r#""free";r=999999998;t=31"#),
    ),
    (
        HeaderName::from_static("x-ratelimit-limit"),
        HeaderValue::from_static("1000000000"),
    ),
    (
        HeaderName::from_static("x-ratelimit-remaining"),
        HeaderValue::from_static("999999998"),
    ),
    (
        HeaderName::from_static("x-ratelimit-reset"),
        HeaderValue::from_static("31"),
    ),
];

/// The shortest answer.
pub fn short() -> Response<Body> {
    let mut response = Response::new(Body::from(BODY));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Gives the answer a part by its name; `false` when it is none.
pub fn shape(part: &str, response: &mut Response<Body>) -> bool {
    let (name, value) = match part {
        "limits" => {
            headers::make_room(response.headers_mut());
            response.headers_mut().extend(LIMITS);
            return true;
        }
        "headers" => {
            headers::make_room(response.headers_mut());
            headers::secure(response.headers_mut(), REQUEST_ID);
            return true;
        }
        "etag" => (header::ETAG, HeaderValue::from_static(r#""v1""#)),
        "private" => (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        "vary" => (header::VARY, HeaderValue::from_static("Accept-Encoding")),
        "created" => {
            *response.status_mut() = StatusCode::CREATED;
            (header::LOCATION, HeaderValue::from_static(CREATED))
        }
        _ => return long(part, response),
    };
    response.headers_mut().insert(name, value);
    true
}

/// `answer-557`: a body of so many bytes.
fn long(part: &str, response: &mut Response<Body>) -> bool {
    let length = part.strip_prefix("answer-").map(str::parse);
    let Some(Ok(length)) = length else { return false };
    *response.body_mut() = Body::from("{".repeat(length));
    true
}

/// Reads a request's body to its end.
pub async fn read(body: Option<Body>) {
    if let Some(body) = body {
        let _ = body.collect().await;
    }
}
