//! One connection: one request at a time.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use crate::answer::{self, Answer};

/// What is read at once: more than any answer that is measured, but for long lists.
const CHUNK: usize = 64 * 1024;

/// A connection and the request that is on its way.
pub struct Connection {
    stream: TcpStream,
    sent: Vec<u8>,
    written: usize,
    received: Vec<u8>,
    chunk: Box<[u8]>,
    start: Instant,
    /// Whether an answer is awaited.
    pub busy: bool,
}

/// A whole answer.
pub struct Arrived<'a> {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: &'a [u8],
    /// How long it took.
    pub time: Duration,
}

impl Connection {
    /// Connects, and reports to `registry` under `token`.
    pub fn open(address: SocketAddr, registry: &Registry, token: Token) -> Result<Self> {
        // Blocking, before anything is measured: then it is known to be there.
        let stream =
            std::net::TcpStream::connect(address).with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            stream,
            sent: Vec::new(),
            written: 0,
            received: Vec::new(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            start: Instant::now(),
            busy: false,
        })
    }

    /// Sends a request.
    pub fn ask(&mut self, request: &str) -> Result<()> {
        self.sent.clear();
        self.sent.extend_from_slice(request.as_bytes());
        self.written = 0;
        self.received.clear();
        self.busy = true;
        self.start = Instant::now();
        self.write()
    }

    /// Goes on writing and reading; gives the answer once it is whole.
    pub fn advance(&mut self) -> Result<Option<Arrived<'_>>> {
        if !self.busy {
            return Ok(None);
        }
        self.write()?;
        loop {
            match self.stream.read(&mut self.chunk) {
                Ok(0) => bail!("the server closed the connection in the middle of an answer"),
                Ok(count) => {
                    self.received.extend_from_slice(&self.chunk[..count]);
                    // What comes later is reported again.
                    if count < CHUNK {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("reading an answer"),
            }
        }
        let Some(Answer { status, body, end }) = answer::read(&self.received)? else {
            return Ok(None);
        };
        if end < self.received.len() {
            bail!("the server sent more than it said");
        }
        self.busy = false;
        Ok(Some(Arrived {
            status,
            body: &self.received[body..end],
            time: self.start.elapsed(),
        }))
    }

    fn write(&mut self) -> Result<()> {
        while self.written < self.sent.len() {
            match self.stream.write(&self.sent[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("writing a request"),
            }
        }
        Ok(())
    }
}
