//! A mail API on the loopback interface that writes down what it gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// Mails may come a moment after the answer that caused them.
const PATIENCE: Duration = Duration::from_secs(5);

/// One call that the provider got.
#[derive(Clone, Debug)]
pub struct Posted {
    /// `POST /path`.
    pub line: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Vec<u8>,
}

impl Posted {
    /// The text of a header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What the provider says to a call: status and body; nothing to hold the line and say nothing.
type Behaviour = Box<dyn FnMut(&Posted) -> Option<(u16, String)> + Send>;

/// A provider. It serves until the process ends.
pub struct MailApi {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    posted: Mutex<Vec<Posted>>,
    behaviour: Mutex<Behaviour>,
}

impl MailApi {
    /// A provider that takes everything, as Resend (`id`) and as SES (`MessageId`).
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared {
            posted: Mutex::default(),
            behaviour: Mutex::new(Box::new(|_| {
                Some((200, r#"{"id": "re-1", "MessageId": "ses-1"}"#.to_owned()))
            })),
        });
        let all = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&all);
                thread::spawn(move || shared.answer(stream));
            }
        });
        Self { address, shared }
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it behaves like this.
    pub fn becomes(&self, behaviour: impl FnMut(&Posted) -> Option<(u16, String)> + Send + 'static) {
        *lock(&self.shared.behaviour) = Box::new(behaviour);
    }

    /// Every call so far.
    pub fn posted(&self) -> Vec<Posted> {
        lock(&self.shared.posted).clone()
    }

    /// Every call so far, once there are `count`.
    #[track_caller]
    pub fn await_posted(&self, count: usize) -> Vec<Posted> {
        let end = Instant::now() + PATIENCE;
        while self.posted().len() < count {
            assert!(Instant::now() < end, "{} of {count} calls", self.posted().len());
            thread::sleep(Duration::from_millis(10));
        }
        self.posted()
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) {
        // A client that goes away in the middle is part of some tests.
        let Some(posted) = read(&stream) else { return };
        lock(&self.posted).push(posted.clone());
        let answer = (lock(&self.behaviour))(&posted);
        let Some((status, body)) = answer else {
            thread::sleep(Duration::from_secs(120));
            return;
        };
        let head = format!(
            "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let is_head = posted.line.starts_with("HEAD ");
        let body = if is_head { "" } else { body.as_str() };
        let _ = stream.write_all((head + body).as_bytes());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request with a length.
pub(crate) fn read(stream: &TcpStream) -> Option<Posted> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let line = line.rsplit_once(" HTTP/")?.0.to_owned();
    let mut headers = HeaderMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(value.trim()).ok()?);
    }
    let length = headers
        .get("content-length")
        .map_or(Some(0), |length| length.to_str().ok()?.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Posted { line, headers, body })
}
