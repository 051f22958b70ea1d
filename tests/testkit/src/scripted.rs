//! The other side of outbound calls, as a test wants it.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use domain::{Clock, Timestamp};
use http_kit::client::{Call, Client, Failure, Opened, Pending, Pieces, Reply, Transport};
use serde_json::Value;

use crate::clock::MovableClock;
use crate::random::Seeded;

/// A call as the other side saw it.
#[derive(Clone)]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// Where it went.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// When it came.
    pub at: Timestamp,
}

impl Seen {
    /// The text of a header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Method and path, such as `POST /token`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.uri.path())
    }
}

/// What the other side does with a call.
#[derive(Clone, Debug)]
pub enum Step {
    /// Answers.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Answers after this time, if anybody still waits.
    Slow(Duration, Box<Step>),
    /// Answers 200 and then does this with the body.
    Stream(Vec<Piece>),
    /// Never answers.
    Silence,
    /// Cannot be reached, or worse.
    Fail(Failure),
}

/// What happens next to the body of an answer.
#[derive(Clone, Debug)]
pub enum Piece {
    /// These bytes come.
    Bytes(Vec<u8>),
    /// Nothing comes for this time.
    Wait(Duration),
    /// The connection breaks.
    Cut,
}

impl Step {
    /// A stream of these pieces.
    pub fn stream<T: AsRef<[u8]>>(pieces: impl IntoIterator<Item = T>) -> Self {
        let bytes = |piece: T| Piece::Bytes(piece.as_ref().to_vec());
        Self::Stream(pieces.into_iter().map(bytes).collect())
    }

    /// JSON with this status.
    pub fn json(status: u16, body: &Value) -> Self {
        let media_type = ("content-type", "application/json".to_owned());
        Self::Answer(status, vec![media_type], body.to_string())
    }

    /// An empty answer with this status.
    pub const fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), String::new())
    }
}

type Behaviour = Box<dyn FnMut(&Seen) -> Step + Send>;

/// A transport whose other side is a function. Waiting moves the clock instead of taking time. Clones share everything.
#[derive(Clone)]
pub struct Scripted {
    behaviour: Arc<Mutex<Behaviour>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    clock: MovableClock,
}

impl Scripted {
    /// The other side behaves like this.
    pub fn new(clock: &MovableClock, behaviour: impl FnMut(&Seen) -> Step + Send + 'static) -> Self {
        Self {
            behaviour: Arc::new(Mutex::new(Box::new(behaviour))),
            seen: Arc::default(),
            clock: clock.clone(),
        }
    }

    /// The other side does these steps in order, and cannot be reached after the last.
    pub fn steps(clock: &MovableClock, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps = steps.into_iter().collect::<Vec<_>>().into_iter();
        Self::new(clock, move |_| {
            steps.next().unwrap_or(Step::Fail(Failure::Unreachable))
        })
    }

    /// From now on the other side behaves like this.
    pub fn becomes(&self, behaviour: impl FnMut(&Seen) -> Step + Send + 'static) {
        *lock(&self.behaviour) = Box::new(behaviour);
    }

    /// A client whose calls come here.
    pub fn client(&self) -> Client {
        let (clock, random) = (Arc::new(self.clock.clone()), Arc::new(Seeded::new(7)));
        Client::new(Arc::new(self.clone()), clock, random)
    }

    /// Every call so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.seen).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scripted {
    /// What the other side does with this call, once it does something.
    async fn step(&self, call: &Call, within: Duration) -> Step {
        let seen = Seen {
            method: call.method().clone(),
            uri: call.uri().clone(),
            headers: call.headers().clone(),
            body: call.content().clone(),
            at: self.clock.now(),
        };
        lock(&self.seen).push(seen.clone());
        let mut step = (lock(&self.behaviour))(&seen);
        while let Step::Slow(duration, then) = step {
            if duration >= within {
                return pending().await;
            }
            self.clock.advance(duration);
            step = *then;
        }
        step
    }
}

impl Transport for Scripted {
    fn exchange<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Reply, Failure>> {
        Box::pin(async move {
            let opened = self.open(call, within).await?;
            let (mut pieces, mut body) = (opened.pieces, Vec::new());
            while let Some(piece) = pieces.next().await? {
                body.extend_from_slice(&piece);
            }
            if body.len() > call.limit() {
                return Err(Failure::TooLarge);
            }
            Ok(Reply {
                status: opened.status,
                headers: opened.headers,
                body: body.into(),
            })
        })
    }

    fn open<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Opened, Failure>> {
        Box::pin(async move {
            let (status, headers, pieces) = match self.step(call, within).await {
                Step::Answer(status, headers, body) => {
                    (status, headers, vec![Piece::Bytes(body.into_bytes())])
                }
                Step::Stream(pieces) => (
                    200,
                    vec![("content-type", "text/event-stream".to_owned())],
                    pieces,
                ),
                Step::Fail(failure) => return Err(failure),
                Step::Silence | Step::Slow(..) => return pending().await,
            };
            let headers = headers.into_iter().map(|(name, value)| {
                let value = HeaderValue::try_from(value).expect("a header of a test");
                (HeaderName::from_static(name), value)
            });
            Ok(Opened {
                status: StatusCode::from_u16(status).expect("a status of a test"),
                headers: headers.collect(),
                pieces: Box::new(Script {
                    pieces: pieces.into_iter(),
                    clock: self.clock.clone(),
                    end: self.clock.now().plus(within),
                }),
            })
        })
    }

    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        // Not when it is made but when it is waited for: the client makes one beside every attempt.
        Box::pin(async move { self.clock.advance(duration) })
    }
}

/// A body as a test wants it.
struct Script {
    pieces: std::vec::IntoIter<Piece>,
    clock: MovableClock,
    end: Timestamp,
}

impl Pieces for Script {
    fn next(&mut self) -> Pending<'_, Result<Option<Bytes>, Failure>> {
        Box::pin(async move {
            loop {
                match self.pieces.next() {
                    None => return Ok(None),
                    Some(Piece::Bytes(bytes)) => return Ok(Some(Bytes::from(bytes))),
                    Some(Piece::Cut) => return Err(Failure::Unreachable),
                    Some(Piece::Wait(duration)) if self.clock.now().plus(duration) >= self.end => {
                        return pending().await;
                    }
                    Some(Piece::Wait(duration)) => self.clock.advance(duration),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_kit::client::Begun;

    fn call(method: Method) -> Call {
        Call::new(
            method,
            Uri::from_static("https://provider.example/token?secret=hush"),
        )
    }

    async fn send(script: &Scripted, call: &Call) -> Result<u16, String> {
        let answer = script.client().send(call).await;
        answer
            .map(|reply| reply.status.as_u16())
            .map_err(|error| error.to_string())
    }

    fn seconds_since_start(clock: &MovableClock) -> i64 {
        clock.now().seconds() - crate::START.seconds()
    }

    #[tokio::test]
    async fn an_idempotent_call_is_repeated_twice_and_a_post_never() {
        let clock = MovableClock::default();
        let script = Scripted::steps(&clock, [Step::status(503), Step::status(502), Step::status(200)]);
        assert_eq!(send(&script, &call(Method::GET)).await, Ok(200));
        assert_eq!(script.seen().len(), 3);
        let script = Scripted::new(&clock, |_| Step::status(503));
        assert_eq!(send(&script, &call(Method::GET)).await, Ok(503));
        assert_eq!(script.seen().len(), 3);
        let script = Scripted::new(&clock, |_| Step::status(503));
        assert_eq!(send(&script, &call(Method::POST)).await, Ok(503));
        assert_eq!(script.seen().len(), 1);
        assert_eq!(send(&script, &call(Method::POST).idempotent()).await, Ok(503));
        assert_eq!(script.seen().len(), 4);
    }

    #[tokio::test]
    async fn nothing_takes_longer_than_the_total() {
        let clock = MovableClock::default();
        let script = Scripted::new(&clock, |_| Step::Silence);
        let failed = send(&script, &call(Method::GET)).await.unwrap_err();
        assert_eq!(
            failed, "call to provider.example: timeout",
            "neither path nor query"
        );
        assert_eq!(seconds_since_start(&clock), 30);
        assert_eq!(script.seen().len(), 1);

        let clock = MovableClock::default();
        let slow = Step::Slow(Duration::from_secs(12), Box::new(Step::status(503)));
        let script = Scripted::new(&clock, move |_| slow.clone());
        let failed = send(&script, &call(Method::GET)).await.unwrap_err();
        assert_eq!(failed, "call to provider.example: timeout");
        assert_eq!(seconds_since_start(&clock), 30, "three attempts share the total");
        assert_eq!(script.seen().len(), 3);
    }

    #[tokio::test]
    async fn retry_after_is_honoured_within_the_total_and_not_beyond() {
        let asks =
            |seconds: &str| Step::Answer(429, vec![("retry-after", seconds.to_owned())], String::new());
        let clock = MovableClock::default();
        let script = Scripted::steps(&clock, [asks("9"), Step::status(200)]);
        assert_eq!(send(&script, &call(Method::GET)).await, Ok(200));
        assert!(script.seen()[1].at >= script.seen()[0].at.plus(Duration::from_secs(9)));
        let script = Scripted::steps(&clock, [asks("31"), Step::status(200)]);
        assert_eq!(
            send(&script, &call(Method::GET)).await,
            Ok(429),
            "the answer, not a wait in vain"
        );
    }

    #[tokio::test]
    async fn an_answer_has_a_largest_size_and_a_redirect_is_an_answer() {
        let clock = MovableClock::default();
        let large = Step::Answer(200, Vec::new(), "x".repeat(1025));
        let script = Scripted::new(&clock, move |_| large.clone());
        let failed = send(&script, &call(Method::GET).answer_limit(1024)).await;
        assert_eq!(failed, Err("call to provider.example: too_large".to_owned()));
        assert_eq!(
            send(&script, &call(Method::GET).answer_limit(1025)).await,
            Ok(200)
        );
        let away = Step::Answer(
            302,
            vec![("location", "https://elsewhere.example/".to_owned())],
            String::new(),
        );
        let script = Scripted::new(&clock, move |_| away.clone());
        assert_eq!(send(&script, &call(Method::GET)).await, Ok(302));
        assert_eq!(script.seen().len(), 1);
    }

    async fn read(script: &Scripted, call: &Call) -> (Vec<u8>, Result<(), Failure>) {
        let Ok(Begun::Stream(mut stream)) = script.client().open(call).await else {
            return (Vec::new(), Err(Failure::Malformed));
        };
        let mut read = Vec::new();
        loop {
            match stream.next().await {
                Ok(Some(piece)) => read.extend_from_slice(&piece),
                Ok(None) => return (read, Ok(())),
                Err(failure) => {
                    assert_eq!(stream.next().await, Ok(None), "nothing comes after a failure");
                    return (read, Err(failure));
                }
            }
        }
    }

    #[tokio::test]
    async fn a_stream_is_bounded_in_time_and_size_and_what_came_stands() {
        let clock = MovableClock::default();
        let call = call(Method::POST).without_effect().answer_limit(8);
        let bytes = |text: &str| Piece::Bytes(text.as_bytes().to_vec());
        let wait = |seconds| Piece::Wait(Duration::from_secs(seconds));
        for (pieces, expected, end) in [
            (vec![bytes("abcd"), wait(5), bytes("efgh")], "abcdefgh", Ok(())),
            (
                vec![bytes("abcd"), bytes("efghi")],
                "abcd",
                Err(Failure::TooLarge),
            ),
            (vec![bytes("ab"), Piece::Cut], "ab", Err(Failure::Unreachable)),
            (
                vec![bytes("ab"), wait(20), bytes("c"), wait(20), bytes("d")],
                "abc",
                Err(Failure::Timeout),
            ),
        ] {
            let script = Scripted::steps(&clock, [Step::Stream(pieces)]);
            let before = clock.now();
            let (read, ended) = read(&script, &call).await;
            assert_eq!(
                (String::from_utf8(read).unwrap().as_str(), ended),
                (expected, end)
            );
            assert!(clock.now() <= before.plus(Duration::from_secs(30)));
        }
    }

    #[tokio::test]
    async fn a_stream_is_asked_for_again_until_it_begins() {
        let clock = MovableClock::default();
        let call = call(Method::POST).without_effect();
        let script = Scripted::steps(
            &clock,
            [Step::status(500), Step::status(429), Step::stream(["x"])],
        );
        assert_eq!(read(&script, &call).await, (b"x".to_vec(), Ok(())));
        assert_eq!(script.seen().len(), 3);
        let cut = Step::Stream(vec![Piece::Bytes(b"x".to_vec()), Piece::Cut]);
        let script = Scripted::steps(&clock, [cut, Step::stream(["y"])]);
        assert_eq!(
            read(&script, &call).await,
            (b"x".to_vec(), Err(Failure::Unreachable))
        );
        assert_eq!(script.seen().len(), 1, "nothing is repeated once it has begun");
        let script = Scripted::new(&clock, |_| Step::status(403));
        assert!(matches!(script.client().open(&call).await, Ok(Begun::Reply(reply)) if reply.status == 403));
        assert_eq!(script.seen().len(), 1);
    }

    #[tokio::test]
    async fn a_call_continues_the_trace() {
        let clock = MovableClock::default();
        let script = Scripted::new(&clock, |_| Step::status(200));
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(send(&script, &call(Method::GET).traced(parent)).await, Ok(200));
        assert_eq!(script.seen()[0].header("traceparent"), parent);
    }
}
