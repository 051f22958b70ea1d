//! A server that can be taken away, or made to talk without end: connections to it go through here.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::endless::{Kind, talk};
use crate::mail_api::read;

/// Passes bytes on until it is cut.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    target: String,
    mode: Mode,
    streams: Vec<TcpStream>,
    /// Answers without end whose reader left.
    left: usize,
}

/// What becomes of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It is passed on.
    Open,
    /// It is refused.
    Cut,
    /// A request gets an answer that never ends, a piece in so much time.
    Endless(Duration),
}

impl Relay {
    /// A relay to `host:port`.
    pub fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared {
            target: target.to_owned(),
            mode: Mode::Open,
            streams: Vec::new(),
            left: 0,
        }));
        let accepted = Arc::clone(&shared);
        thread::spawn(move || serve(&accepted, Some(listener), address));
        Self { address, shared }
    }

    /// Where clients connect.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks every connection and lets no new one through, as a server that was stopped.
    pub fn cut(&self) {
        let mut shared = lock(&self.shared);
        shared.mode = Mode::Cut;
        for stream in shared.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        lock(&self.shared).mode = Mode::Open;
    }

    /// Answers every request of HTTP without end, a piece in so much time.
    pub fn answer_without_end(&self, pause: Duration) {
        lock(&self.shared).mode = Mode::Endless(pause);
    }

    /// How many answers without end were left by their reader.
    pub fn left(&self) -> usize {
        lock(&self.shared).left
    }
}

/// Listens while it is open: whoever connects to a server that was stopped is refused.
fn serve(shared: &Arc<Mutex<Shared>>, mut listener: Option<TcpListener>, address: SocketAddr) {
    loop {
        if lock(shared).mode == Mode::Cut {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).ok();
        }
        let client = listener.as_ref().and_then(|listener| {
            listener.set_nonblocking(true).ok()?;
            listener.accept().ok()
        });
        match client {
            Some((client, _)) => connect(shared, client),
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn connect(all: &Arc<Mutex<Shared>>, client: TcpStream) {
    let mut shared = lock(all);
    if shared.mode == Mode::Cut || client.set_nonblocking(false).is_err() {
        return;
    }
    if let Mode::Endless(pause) = shared.mode {
        let all = Arc::clone(all);
        thread::spawn(move || {
            let Some(asked) = read(&client) else { return };
            let kind = match asked.line.contains(":stream") {
                true => Kind::Events,
                false => Kind::Json,
            };
            if talk(client, kind, pause).is_err() {
                lock(&all).left += 1;
            }
        });
        return;
    }
    let Ok(server) = TcpStream::connect(&shared.target) else {
        return;
    };
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else {
            return;
        };
        let _ = from.set_read_timeout(Some(Duration::from_secs(120)));
        thread::spawn(move || pass(from, to));
    }
    shared.streams.extend([client, server]);
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
