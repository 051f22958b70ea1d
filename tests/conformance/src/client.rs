//! HTTP/1.1 by hand: the cases need to send what well-behaved clients would not.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// No answer may take longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status, 0 if the connection was closed without an answer.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// What is sent.
pub struct Outgoing<'a> {
    /// Method.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Headers beside `host` and `connection`.
    pub headers: &'a [(String, String)],
    /// More headers, byte by byte.
    pub raw_headers: &'a [(String, Vec<u8>)],
    /// Body.
    pub body: Option<&'a str>,
    /// Whether the body is sent without its length.
    pub chunked: bool,
}

/// Sends a request on a connection of its own.
///
/// # Errors
/// No connection, or an answer that is not HTTP.
pub fn send(address: SocketAddr, request: &Outgoing<'_>) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    stream.write_all(&encode(address, request))?;
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if bytes.is_empty() => bail!("no answer: {error}"),
        Err(_) => {}
    }
    decode(&bytes)
}

fn encode(address: SocketAddr, request: &Outgoing<'_>) -> Vec<u8> {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n",
        request.method, request.path
    );
    for (name, value) in request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut bytes = head.into_bytes();
    for (name, value) in request.raw_headers {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    let body = match request.body {
        None => "\r\n".to_owned(),
        Some(body) if request.chunked => {
            let (first, second) = body.split_at(body.len() / 2);
            let chunk = |part: &str| {
                if part.is_empty() {
                    String::new()
                } else {
                    format!("{:x}\r\n{part}\r\n", part.len())
                }
            };
            format!(
                "transfer-encoding: chunked\r\n\r\n{}{}0\r\n\r\n",
                chunk(first),
                chunk(second)
            )
        }
        Some(body) => format!("content-length: {}\r\n\r\n{body}", body.len()),
    };
    bytes.extend(body.into_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Result<Answer> {
    if bytes.is_empty() {
        return Ok(Answer {
            status: 0,
            headers: Vec::new(),
            body: String::new(),
        });
    }
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .context("the answer has no end of headers")?;
    let head = std::str::from_utf8(&bytes[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .context("the answer has no status")?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked {
        dechunk(&bytes[end + 4..])
    } else {
        bytes[end + 4..].to_vec()
    };
    Ok(Answer {
        status: status.parse()?,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// A body that breaks off ends where it does.
fn dechunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line])
            .ok()
            .and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else {
            break;
        };
        let start = line + 2;
        let end = (start + size).min(rest.len());
        body.extend_from_slice(&rest[start..end]);
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    body
}

/// Starts a server that answers every request with `upstream`.
///
/// # Errors
/// No free port.
pub fn upstream() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\nupstream");
        }
    });
    Ok(address)
}
