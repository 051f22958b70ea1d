//! A stand-in for the Gemini API on the loopback interface, with the shapes of its answers
//! (<https://ai.google.dev/api/generate-content>): streams in any pieces, refusals, and answers that are no answers.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mail_api::{Posted, read};

/// How long a test waits for calls.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the stand-in calls itself in its answers.
pub const GEMINI_VERSION: &str = "gemini-2.5-flash-001";

/// What the API does with a call.
#[derive(Clone, Debug)]
pub enum Gemini {
    /// Writes this text: as a stream of events of so many characters, or as one answer, as the call asks. The last event says why it ends.
    Text {
        /// What the model writes.
        text: String,
        /// Characters in one event.
        size: usize,
        /// `STOP`, `MAX_TOKENS`, `SAFETY`, …
        finish: &'static str,
    },
    /// Writes the beginning of this text, so many characters, and breaks the connection.
    Cut(String, usize),
    /// Blocks the prompt.
    Blocked,
    /// Refuses: status, `error.status`, and the seconds that it asks to wait, in the header and in the body.
    Refusal(u16, &'static str, Option<u32>),
    /// These bytes behind a head that promises a stream of events.
    Raw(Vec<u8>),
    /// Writes an analysis with a finding for each of these quotes, each finding when the gate lets it through.
    Gated(Vec<String>, Gate),
    /// Holds the line and says nothing.
    Silence,
}

/// Holds a stream back until the test says that its next finding may come, so that no test has to measure time.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<usize>, Condvar)>);

impl Gate {
    /// Lets so many findings more through, `usize::MAX` for all there will be.
    pub fn open(&self, more: usize) {
        let (open, changed) = &*self.0;
        let mut open = lock(open);
        *open = open.saturating_add(more);
        changed.notify_all();
    }

    /// Waits until finding `number`, from zero, may come. A test that forgets its gate fails there and not here.
    fn pass(&self, number: usize) {
        let (open, changed) = &*self.0;
        let waiting = changed.wait_timeout_while(lock(open), PATIENCE * 6, |open| *open <= number);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Gemini {
    /// A good answer in events of 40 characters.
    pub fn text(text: impl ToString) -> Self {
        Self::Text {
            text: text.to_string(),
            size: 40,
            finish: "STOP",
        }
    }

    /// A good analysis with one finding for each of these quotes, and one missing clause.
    pub fn findings(quotes: &[&str]) -> Self {
        Self::text(analysis(quotes))
    }

    /// The same analysis, whose findings come when the gate lets them.
    pub fn gated(quotes: &[&str], gate: &Gate) -> Self {
        let text = analysis(quotes);
        let pieces = text.split_inclusive('}').map(str::to_owned).collect();
        Self::Gated(pieces, gate.clone())
    }
}

/// What a model writes about a contract: findings first, and a field that nobody asked for.
pub fn analysis(quotes: &[&str]) -> String {
    let clauses: Vec<String> = quotes
        .iter()
        .enumerate()
        .map(|(number, quote)| {
            json!({"quote": quote, "risk": format!("risk {number}"), "severity": "high", "explanation": "because",
                "recommendation": "ask", "confidence": 0.5})
            .to_string()
        })
        .collect();
    format!(
        r#"{{"clauses": [{}], "missing_clauses": ["when the deposit comes back"], "summary": "Be careful.", "risk_score": 70}}"#,
        clauses.join(", ")
    )
}

/// What a model writes as a plan.
pub fn plan(titles: &[&str]) -> String {
    let steps: Vec<Value> = titles
        .iter()
        .map(|title| json!({"title": title, "detail": "Do it.", "within_months": 3}))
        .collect();
    json!({"summary": "A plan.", "steps": steps}).to_string()
}

type Behaviour = Box<dyn FnMut(&Posted) -> Gemini + Send>;

/// The API. It serves until the process ends.
pub struct GeminiStandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    posted: Mutex<Vec<Posted>>,
    behaviour: Mutex<Behaviour>,
    /// Streams whose reader left before their end.
    left: Mutex<u32>,
}

impl GeminiStandIn {
    /// An API that answers every call well: an analysis without findings, or a plan of two steps.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let well = |posted: &Posted| {
            if posted.line.contains(":streamGenerateContent") {
                Gemini::findings(&[])
            } else {
                Gemini::text(plan(&["Save", "Look"]))
            }
        };
        let shared = Arc::new(Shared {
            posted: Mutex::default(),
            behaviour: Mutex::new(Box::new(well)),
            left: Mutex::default(),
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

    /// The value for `gemini_endpoint`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it behaves like this.
    pub fn becomes(&self, behaviour: impl FnMut(&Posted) -> Gemini + Send + 'static) {
        *lock(&self.shared.behaviour) = Box::new(behaviour);
    }

    /// From now on it always does this.
    pub fn always(&self, answer: Gemini) {
        self.becomes(move |_| answer.clone());
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

    /// How many streams were left by their reader before their end.
    pub fn left(&self) -> u32 {
        *lock(&self.shared.left)
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) {
        let Some(posted) = read(&stream) else { return };
        lock(&self.posted).push(posted.clone());
        if posted.line.starts_with("HEAD ") {
            // What the API says at its root; nobody is there who would ask for a model.
            let _ = stream.write_all(head(404, "text/html", "", 0).as_bytes());
            return;
        }
        let answer = (lock(&self.behaviour))(&posted);
        let streams = posted.line.contains(":streamGenerateContent");
        // A client that goes away in the middle is part of some tests.
        let sent = match answer {
            Gemini::Text { text, size, finish } if streams => {
                send_events(&mut stream, &events(&text, size, Some(finish)), None)
            }
            Gemini::Text { text, finish, .. } => {
                send(&mut stream, 200, "", &generated(&text, Some(finish)).to_string())
            }
            Gemini::Cut(text, length) => {
                let begun: String = text.chars().take(length).collect();
                // The length promises more than comes.
                let body = events(&begun, 40, None).concat();
                let head = head(200, "text/event-stream", "", body.len() + 1);
                stream.write_all((head + &body).as_bytes())
            }
            Gemini::Blocked => {
                let answer = json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9,
                    "totalTokenCount": 9}, "modelVersion": GEMINI_VERSION});
                let body = if streams {
                    format!("data: {answer}\r\n\r\n")
                } else {
                    answer.to_string()
                };
                send(&mut stream, 200, "", &body)
            }
            Gemini::Refusal(status, name, wait) => refuse(&mut stream, status, name, wait),
            Gemini::Raw(bytes) => stream
                .write_all(head(200, "text/event-stream", "", bytes.len()).as_bytes())
                .and_then(|()| stream.write_all(&bytes)),
            Gemini::Gated(pieces, gate) => {
                send_events(&mut stream, &gathered(&pieces, Some("STOP")), Some(&gate))
            }
            Gemini::Silence => {
                thread::sleep(Duration::from_secs(120));
                Ok(())
            }
        };
        if sent.is_err() {
            *lock(&self.left) += 1;
        }
    }
}

fn refuse(stream: &mut TcpStream, status: u16, name: &str, wait: Option<u32>) -> std::io::Result<()> {
    let mut details = Vec::new();
    let mut header = String::new();
    if let Some(seconds) = wait {
        details.push(
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s")}),
        );
        header = format!("retry-after: {seconds}\r\n");
    }
    let error = json!({"error": {"code": status, "message": "not now", "status": name, "details": details}});
    send(stream, status, &header, &error.to_string())
}

fn head(status: u16, media_type: &str, more: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: {media_type}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

fn send(stream: &mut TcpStream, status: u16, more: &str, body: &str) -> std::io::Result<()> {
    stream.write_all((head(status, "application/json", more, body.len()) + body).as_bytes())
}

/// As the API does: without a length, in chunks.
fn send_events(stream: &mut TcpStream, events: &[String], gate: Option<&Gate>) -> std::io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
    )?;
    for (number, event) in events.iter().enumerate() {
        if let Some(gate) = gate {
            gate.pass(number);
        }
        stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes())?;
        stream.flush()?;
    }
    stream.write_all(b"0\r\n\r\n")
}

/// A whole answer, or a piece of one.
fn generated(text: &str, finish: Option<&str>) -> Value {
    let mut candidate = json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = finish.into();
    }
    json!({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 812, "candidatesTokenCount": 64, "totalTokenCount": 876},
        "modelVersion": GEMINI_VERSION, "responseId": "stand-in"})
}

fn events(text: &str, size: usize, finish: Option<&str>) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = chars
        .chunks(size.max(1))
        .map(|piece| piece.iter().collect())
        .collect();
    gathered(&pieces, finish)
}

/// One event for each piece.
fn gathered(pieces: &[String], finish: Option<&str>) -> Vec<String> {
    let last = pieces.len().saturating_sub(1);
    let event = |(at, piece): (usize, &String)| {
        format!(
            "data: {}\r\n\r\n",
            generated(piece, finish.filter(|_| at == last))
        )
    };
    pieces.iter().enumerate().map(event).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
