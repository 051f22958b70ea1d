//! Reading one HTTP/1.1 answer of known length.

use anyhow::{Context, Result, bail};

/// Headers that an answer may have; ours have about twenty.
const HEADERS: usize = 64;

/// Where an answer in a buffer ends and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Where its body begins.
    pub body: usize,
    /// Where it ends.
    pub end: usize,
}

/// The answer at the beginning of `bytes`; `None` while a part of it is missing.
///
/// # Errors
/// It is not HTTP, or its length is not said: then nobody can tell where it ends.
pub fn read(bytes: &[u8]) -> Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body) = head.parse(bytes).context("the answer is not HTTP")? else {
        return Ok(None);
    };
    let status = head.code.context("an answer without a status")?;
    let length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length: usize = match length {
        Some(header) => std::str::from_utf8(header.value)?.trim().parse()?,
        None if matches!(status, 204 | 304) => 0,
        None => bail!("an answer with status {status} and without Content-Length"),
    };
    let end = body + length;
    Ok((end <= bytes.len()).then_some(Answer { status, body, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_awaited() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]).unwrap(), None, "{end} bytes");
        }
        let answer = Answer {
            status: 200,
            body: 38,
            end: 41,
        };
        assert_eq!(read(whole).unwrap(), Some(answer));
    }

    #[test]
    fn an_answer_says_its_length() {
        let empty = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(read(empty).unwrap().map(|answer| answer.end), Some(empty.len()));
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(read(b"SSH-2.0-x\r\n\r\n").is_err());
    }
}
