//! An HTTP client that shows answers as they are: no redirects, no errors made of statuses.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::document;

/// Time for one request.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than any answer has.
const LARGEST: u64 = 16 << 20;

/// Talks to one app. Cheap to clone, shared by threads.
#[derive(Clone)]
pub struct Client {
    origin: String,
    agent: ureq::Agent,
}

/// A request that is being put together.
#[must_use]
pub struct Request<'a> {
    client: &'a Client,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    /// The path that was asked, without its query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the server at `origin`.
    pub fn new(origin: &str) -> Self {
        Self::within(origin, PATIENCE)
    }

    fn within(origin: &str, patience: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(patience))
            .max_idle_connections_per_host(64)
            .build();
        Self {
            origin: origin.to_owned(),
            agent: config.into(),
        }
    }

    /// The same with more time for each request.
    #[must_use]
    pub fn patient(&self, patience: Duration) -> Self {
        Self::within(&self.origin, patience)
    }

    /// `GET path`.
    pub fn get(&self, path: &str) -> Request<'_> {
        self.request(Method::GET, path)
    }

    /// `POST path`.
    pub fn post(&self, path: &str) -> Request<'_> {
        self.request(Method::POST, path)
    }

    /// `DELETE path`.
    pub fn delete(&self, path: &str) -> Request<'_> {
        self.request(Method::DELETE, path)
    }

    /// Any method.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        Request {
            client: self,
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }
}

impl Request<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows an access token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends a body without saying what it is.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends text as JSON, well-formed or not.
    pub fn json_text(self, text: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", "application/json").body(text)
    }

    /// Sends JSON.
    pub fn json(self, value: &Value) -> Self {
        self.json_text(value.to_string())
    }

    /// Sends a form.
    pub fn form(self, text: &str) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded")
            .body(text)
    }

    /// Sends the request; an answer of any status is an answer.
    pub fn send(self) -> Answer {
        self.attempt().expect("the server answers")
    }

    /// Like [`Request::send`], for a server that may be gone.
    ///
    /// # Errors
    /// The connection failed.
    pub fn attempt(self) -> Result<Answer, ureq::Error> {
        let path = self.path.split('?').next().unwrap_or_default().to_owned();
        let uri = format!("{}{}", self.client.origin, self.path);
        let mut request = http::Request::builder().method(&self.method).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sends_body = self.body.is_some() || self.method == Method::POST;
        let response = if sends_body {
            let request = request.body(self.body.unwrap_or_default()).expect("a request");
            self.client.agent.run(request)?
        } else {
            self.client.agent.run(request.body(()).expect("a request"))?
        };
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(LARGEST).read_to_vec()?;
        let answer = Answer {
            path,
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        };
        document::check(&self.method, &answer);
        Ok(answer)
    }
}

/// As a person reads it in a failed expectation.
impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} {} {:?} {}",
            self.path,
            self.status,
            self.headers,
            self.text()
        )
    }
}

impl Answer {
    /// The only value of a header.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values
            .next()
            .map(|value| value.to_str().expect("a header in ASCII"));
        assert!(values.next().is_none(), "{name} stands twice in {self:?}");
        value
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text()))
    }

    /// A string in the body, by its JSON pointer.
    #[track_caller]
    pub fn string(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no string {pointer} in {} {json}", self.status))
    }

    /// The body without the id of its request, to compare refusals.
    #[track_caller]
    pub fn json_without_request_id(&self) -> Value {
        let mut json = self.json();
        json.as_object_mut()
            .and_then(|fields| fields.remove("request_id"))
            .expect("a request id");
        json
    }
}
