//! The request that makes the same host calls as an endpoint and nothing else. It carries the same headers and body and gets an answer of the
//! same shape, because the host copies both.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::load::Request;

/// What the guard asks the host for on each request: the time, an id, whether somebody is revoked, a count, and a line in the log; its answer
/// carries a limit and all headers.
const GUARD_CALLS: &str = "clock,clock,clock,random,get,increment,log,limits";

/// The request beside `endpoint`: its calls are those of the guard, `calls` and what its answer carries besides.
///
/// # Errors
/// The two answers differ in their headers or their length: then the floor would be another one than that of the endpoint.
pub fn of(address: SocketAddr, endpoint: &Request, calls: &[&str]) -> Result<Request> {
    let wanted = ask(address, endpoint)?;
    let calls = [&[GUARD_CALLS], calls, &["headers"]].concat().join(",");
    let path = format!("/bench/{calls},answer-{}", wanted.length);
    let twin = elsewhere(endpoint, &path)?;
    let given = ask(address, &twin)?;
    ensure!(
        given == wanted,
        "{path} answers with {given:?}, but its endpoint with {wanted:?}: bench/guest has to follow"
    );
    Ok(twin)
}

/// What costs the host something to hand over.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    status: String,
    headers: BTreeSet<String>,
    length: usize,
}

/// The same request at another path.
fn elsewhere(Request(text): &Request, path: &str) -> Result<Request> {
    let (line, rest) = text.split_once("\r\n").context("a request has a line")?;
    let (method, _) = line.split_once(' ').context("its line begins with a method")?;
    Ok(Request(format!("{method} {path} HTTP/1.1\r\n{rest}")))
}

/// Asks once, on a connection of its own.
fn ask(address: SocketAddr, Request(text): &Request) -> Result<Shape> {
    let patience = Duration::from_secs(10);
    let mut connection = TcpStream::connect_timeout(&address, patience)?;
    connection.set_read_timeout(Some(patience))?;
    let last = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    connection.write_all(last.as_bytes())?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    let answer = String::from_utf8(answer).context("the answer is text")?;
    shape(&answer).with_context(|| format!("{text} was answered with {answer}"))
}

fn shape(answer: &str) -> Result<Shape> {
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer has a head")?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    ensure!(status.starts_with("HTTP/1.1 2"), "the status is {status}");
    let names = lines.filter_map(|line| line.split_once(':'));
    Ok(Shape {
        status: status.to_owned(),
        headers: names.map(|(name, _)| name.to_ascii_lowercase()).collect(),
        length: body.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twin_is_the_same_but_for_its_path() {
        let endpoint = Request("GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n{}".into());
        let Request(twin) = elsewhere(&endpoint, "/bench/clock").unwrap();
        assert_eq!(twin, "GET /bench/clock HTTP/1.1\r\nhost: x\r\n\r\n{}");
        assert!(elsewhere(&Request("nothing".into()), "/").is_err());
    }

    #[test]
    fn a_shape_is_names_and_length() {
        let one = shape("HTTP/1.1 200 OK\r\nEtag: 1\r\ndate: a\r\n\r\n{}").unwrap();
        assert_eq!((one.status.as_str(), one.length), ("HTTP/1.1 200 OK", 2));
        assert_eq!(one.headers, BTreeSet::from(["etag".into(), "date".into()]));
        assert!(shape("HTTP/1.1 500 Oh\r\n\r\n{}").is_err());
        assert!(shape("HTTP/1.1 200 OK").is_err());
    }
}
