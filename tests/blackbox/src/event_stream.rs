//! A client of event streams (WHATWG HTML, section 9.2) that reads piece by piece, and that can leave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::client::Answer;
use crate::{document, raw};

/// Time until something comes; longer than the pause between two heartbeats.
const PATIENCE: Duration = Duration::from_secs(30);

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What a client says to come back here; empty if the event has none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: Value,
}

/// A stream that is read. Dropping it leaves at once.
pub struct EventStream {
    reader: BufReader<TcpStream>,
    /// The head, status line and headers.
    pub head: String,
    text: String,
}

impl EventStream {
    /// Opens a stream, going on after this event if one is named.
    pub fn open(address: SocketAddr, path: &str, token: &str, last_event_id: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let last = match last_event_id {
            "" => String::new(),
            id => format!("last-event-id: {id}\r\n"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\naccept-encoding: gzip, br\r\n{last}\r\n"
        );
        (&stream).write_all(request.as_bytes()).expect("a request");
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = reader.read_line(&mut head).expect("a head");
            assert!(read > 0, "the server hung up: {head:?}");
        }
        hold_to_document(path, &head);
        Self {
            reader,
            head: head.to_lowercase(),
            text: String::new(),
        }
    }

    /// The next event; `None` at the end of the stream. Comments are skipped.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = parse(block);
                self.text = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            let piece = self.piece()?;
            self.text.push_str(&piece);
        }
    }

    /// Every event until the end.
    pub fn rest(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.next_event()).collect()
    }

    /// One piece of the body (RFC 9112, section 7.1); `None` after the last.
    fn piece(&mut self) -> Option<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a piece in time");
        let length = usize::from_str_radix(line.trim(), 16).expect("the length of a piece");
        let mut bytes = vec![0; length + 2];
        self.reader.read_exact(&mut bytes).expect("a whole piece");
        bytes.truncate(length);
        (length > 0).then(|| String::from_utf8(bytes).expect("text"))
    }
}

/// What a client that waits for a whole answer does by itself.
fn hold_to_document(path: &str, head: &str) {
    let answer = raw::head(head).expect("a head");
    let path = path.split('?').next().unwrap_or_default().to_owned();
    document::check_head(&Method::GET, &Answer { path, ..answer });
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    };
    Some(Event {
        data: serde_json::from_str(&field("data")?).expect("JSON"),
        name: field("event").unwrap_or_default(),
        id: field("id").unwrap_or_default(),
    })
}
