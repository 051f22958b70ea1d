//! Answers that never end.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// How long one is written for whoever goes on reading.
const ENDLESS: Duration = Duration::from_secs(120);

/// What it looks like.
#[derive(Clone, Copy)]
pub enum Kind {
    /// An object whose text goes on.
    Json,
    /// One event after the other.
    Events,
}

/// Answers a request that was read, a piece in so much time.
///
/// # Errors
/// The reader left.
pub fn talk(mut client: TcpStream, kind: Kind, pause: Duration) -> std::io::Result<()> {
    let (media_type, piece) = match kind {
        Kind::Events => (
            "text/event-stream",
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"and \"}]}}]}\r\n\r\n".to_owned(),
        ),
        Kind::Json => ("application/json", "and ".repeat(1024)),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    client.write_all(head.as_bytes())?;
    if matches!(kind, Kind::Json) {
        client.write_all(b"e\r\n{\"id\": \"and on\r\n")?;
    }
    let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
    let end = Instant::now() + ENDLESS;
    while Instant::now() < end {
        client.write_all(chunk.as_bytes())?;
        thread::sleep(pause);
    }
    Ok(())
}
