//! Requests that no proper client sends, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::client::Answer;

/// Time for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends these bytes on a connection of their own and reads one answer; `None` when the server hangs up without one.
///
/// The bytes are written while the answer is read, so that an early refusal of a long body is seen.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    let mut writer = stream.try_clone().expect("a second handle");
    thread::scope(|scope| {
        // The server may refuse and close before it has read everything.
        scope.spawn(move || writer.write_all(bytes));
        read(stream)
    })
}

fn read(mut stream: TcpStream) -> Option<Answer> {
    let mut received = Vec::new();
    let mut buffer = [0; 16 << 10];
    loop {
        if let Some(answer) = parse(&received, false) {
            return Some(answer);
        }
        match stream.read(&mut buffer) {
            Ok(0) => return parse(&received, true),
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return parse(&received, true),
            Err(error) => panic!(
                "no answer: {error}; so far {:?}",
                String::from_utf8_lossy(&received)
            ),
        }
    }
}

/// The answer, once it is whole; an answer without a length is whole when the connection ends.
fn parse(received: &[u8], ended: bool) -> Option<Answer> {
    let end = received.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let answer = head(std::str::from_utf8(&received[..end]).ok()?)?;
    let body = &received[end + 4..];
    let length = answer
        .headers
        .get("content-length")
        .and_then(|length| length.to_str().ok()?.parse().ok());
    let whole = length.map_or(ended, |length: usize| body.len() >= length);
    whole.then(|| Answer {
        body: body.to_vec(),
        ..answer
    })
}

/// An answer without a body and without a path, by its head.
pub fn head(text: &str) -> Option<Answer> {
    let mut lines = text.trim_end().split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).ok()?,
            HeaderValue::from_str(value.trim()).ok()?,
        );
    }
    Some(Answer {
        path: String::new(),
        status,
        headers,
        body: Vec::new(),
    })
}
