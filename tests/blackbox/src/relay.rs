//! A server that can be taken away: connections to it go through here.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Passes bytes on until it is cut.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    target: String,
    is_open: bool,
    streams: Vec<TcpStream>,
}

impl Relay {
    /// A relay to `host:port`.
    pub fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared {
            target: target.to_owned(),
            is_open: true,
            streams: Vec::new(),
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
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.is_open = false;
        for stream in shared.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).is_open = true;
    }
}

/// Listens while it is open: whoever connects to a server that was stopped is refused.
fn serve(shared: &Mutex<Shared>, mut listener: Option<TcpListener>, address: SocketAddr) {
    loop {
        let is_open = shared.lock().unwrap_or_else(PoisonError::into_inner).is_open;
        if !is_open {
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

fn connect(shared: &Mutex<Shared>, client: TcpStream) {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if !shared.is_open || client.set_nonblocking(false).is_err() {
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
