//! What components print.
//!
//! As on Spin both streams go to the host's stderr, and to `<component>_stdout.txt` and `<component>_stderr.txt` in the
//! log directory. Unlike there, whole lines are written at once, so that lines of concurrent requests never mix.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use anyhow::Context as _;
use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

/// A line longer than this is written in pieces.
const LONGEST_LINE: usize = 64 << 10;

/// Where the two streams of a component end.
#[derive(Clone)]
pub struct Stdio {
    /// For stdout.
    pub stdout: Arc<Sink>,
    /// For stderr.
    pub stderr: Arc<Sink>,
}

/// Where one stream of a component ends.
pub struct Sink {
    log: Option<File>,
    shown: bool,
}

impl Stdio {
    /// Opens the log files of a component, if there is a directory for them.
    ///
    /// # Errors
    /// The directory or a file cannot be written.
    pub fn open(component: &str, directory: Option<&Path>, shown: bool) -> anyhow::Result<Self> {
        let sink = |stream: &str| {
            let log = directory
                .map(|directory| open_log(directory, component, stream))
                .transpose()?;
            anyhow::Ok(Arc::new(Sink { log, shown }))
        };
        Ok(Self {
            stdout: sink("stdout")?,
            stderr: sink("stderr")?,
        })
    }
}

fn open_log(directory: &Path, component: &str, stream: &str) -> anyhow::Result<File> {
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot create log directory {}", directory.display()))?;
    let path = directory.join(format!("{component}_{stream}.txt"));
    let file = File::options().create(true).append(true).open(&path);
    file.with_context(|| format!("cannot open log {}", path.display()))
}

impl Sink {
    /// A fresh stream of one instance into this sink.
    pub fn stream(self: &Arc<Self>) -> Lines {
        Lines(Arc::new(Mutex::new(Line {
            sink: Arc::clone(self),
            pending: Vec::new(),
        })))
    }

    /// Losing output is better than failing requests, so errors stop here.
    fn write(&self, lines: &[u8]) {
        if let Some(mut log) = self.log.as_ref() {
            let _ = log.write_all(lines);
        }
        if self.shown {
            let _ = io::stderr().lock().write_all(lines);
        }
    }
}

/// A stream that collects what an instance writes until a line is complete.
#[derive(Clone)]
pub struct Lines(Arc<Mutex<Line>>);

struct Line {
    sink: Arc<Sink>,
    pending: Vec<u8>,
}

impl Line {
    fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        let complete = match self.pending.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if self.pending.len() > LONGEST_LINE => self.pending.len(),
            None => return,
        };
        self.sink.write(&self.pending[..complete]);
        self.pending.drain(..complete);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.pending.push(b'\n');
            self.sink.write(&self.pending);
        }
    }
}

impl Lines {
    fn push(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Lines {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LONGEST_LINE)
    }
}
