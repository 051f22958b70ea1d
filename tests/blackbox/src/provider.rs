//! A server on the loopback interface that stands in for the providers, with their shapes of answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// The providers. They serve until the process ends.
pub struct Providers {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
struct World {
    email: String,
    verified: bool,
    status: u16,
    delay: Duration,
    seen: Vec<String>,
}

impl Providers {
    /// Providers whose one person has this address, verified where a provider says such a thing.
    pub fn start(email: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let world = World {
            email: email.to_owned(),
            verified: true,
            status: 200,
            ..World::default()
        };
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &world));
            }
        });
        Self { address, world }
    }

    /// The origin for `oauth_stand_in`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the address counts as verified, or not.
    pub fn verified(&self, verified: bool) {
        lock(&self.world).verified = verified;
    }

    /// From now on the token endpoints answer with this status, after this time.
    pub fn behaves(&self, status: u16, delay: Duration) {
        let mut world = lock(&self.world);
        (world.status, world.delay) = (status, delay);
    }

    /// Every request so far: its first line, and its body behind a blank.
    pub fn seen(&self) -> Vec<String> {
        lock(&self.world).seen.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(mut stream: TcpStream, world: &Mutex<World>) {
    // A client that goes away in the middle is part of some tests.
    let Some((path, request)) = read(&stream) else {
        return;
    };
    let (status, body, delay) = {
        let mut world = lock(world);
        world.seen.push(request);
        let (status, body) = world.document(&path);
        (status, body.to_string(), world.delay)
    };
    thread::sleep(delay);
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes());
}

/// The path and the whole of a request.
fn read(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8_lossy(&body);
    Some((path, format!("{} {body}", first.trim())))
}

impl World {
    fn document(&self, path: &str) -> (u16, Value) {
        let token = json!({"access_token": "access-of-the-provider", "token_type": "bearer", "expires_in": "3600",
            "refresh_token": "refresh-of-the-provider"});
        match path {
            "/github/token" | "/naver/token" => (self.status, token),
            "/github/profile" => (
                200,
                json!({"id": 583_231, "login": "minji", "name": "김민지", "email": null}),
            ),
            "/github/addresses" => {
                let address = json!({"email": self.email, "primary": true, "verified": self.verified,
                    "visibility": null});
                (200, json!([address]))
            }
            "/naver/profile" => {
                let person = json!({"id": "VmtKMnR-zN4yW0", "name": "김민지", "email": self.email});
                (
                    200,
                    json!({"resultcode": "00", "message": "success", "response": person}),
                )
            }
            _ => (404, json!({})),
        }
    }
}
