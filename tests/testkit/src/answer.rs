//! Requests through a gate, and what came back.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use guard::Gate;
use http_body_util::BodyExt;
use serde_json::Value;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, read as JSON; `null` when it is empty, a string when it is a text of another kind.
    pub json: Value,
}

impl Answer {
    /// The text of a header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The code of a problem, empty when it is none.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The text of a field, empty when it is not there.
    pub fn text(&self, field: &str) -> String {
        self.json[field].as_str().unwrap_or_default().to_owned()
    }

    /// The refused fields of a 422 as `pointer code`.
    pub fn refused_fields(&self) -> Vec<String> {
        let errors = self.json["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
        errors
            .iter()
            .map(|error| format!("{} {}", text(error, "pointer"), text(error, "code")))
            .collect()
    }

    /// The answer, if it is a success with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.json);
        assert!(
            self.headers.contains_key("x-request-id"),
            "every answer names its request"
        );
        self
    }

    /// The answer, if it is a well-formed problem (CONV-4) with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), self.code()),
            (status, code),
            "{:?}",
            self.json
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["status"], status);
        assert_eq!(self.json["request_id"], self.header("x-request-id"));
        for field in ["type", "title", "detail", "instance"] {
            assert!(!self.text(field).is_empty(), "{field} in {:?}", self.json);
        }
        assert_eq!(
            status == 401,
            self.headers.contains_key(header::WWW_AUTHENTICATE),
            "RFC 9110, 11.6.1"
        );
        self
    }
}

/// A request without a body; add headers and a token to it.
pub fn request(method: Method, path: &str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("a path of a test is well-formed");
    request
}

/// `GET` with a token, or with none when it is empty.
pub fn get(path: &str, token: &str) -> Request<Body> {
    with_token(request(Method::GET, path), token)
}

/// `POST` of JSON with a token, or with none when it is empty.
pub fn post(path: &str, token: &str, body: &Value) -> Request<Body> {
    send(Method::POST, path, token, body)
}

/// JSON by any method with a token, or with none when it is empty.
pub fn send(method: Method, path: &str, token: &str, body: &Value) -> Request<Body> {
    let mut request = with_token(request(method, path), token);
    let json = "application/json".parse().expect("a media type");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    *request.body_mut() = Body::from(body.to_string());
    request
}

fn with_token(mut request: Request<Body>, token: &str) -> Request<Body> {
    if !token.is_empty() {
        let value = format!("Bearer {token}")
            .parse()
            .expect("a token fits into a header");
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    request
}

/// Sends a request and reads the whole answer.
pub async fn ask(gate: &Gate, request: Request<Body>) -> Answer {
    let (parts, body) = gate.handle(request).await.into_parts();
    let bytes = body
        .collect()
        .await
        .expect("a body of ours can be read")
        .to_bytes();
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/"));
    let json = if bytes.is_empty() {
        Value::Null
    } else if is_text {
        String::from_utf8(bytes.to_vec())
            .expect("a text of ours is UTF-8")
            .into()
    } else {
        serde_json::from_slice(&bytes).expect("a body of ours is JSON")
    };
    Answer {
        status: parts.status,
        headers: parts.headers,
        json,
    }
}
