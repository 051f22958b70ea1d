//! A server on the loopback interface that stands in for the providers, with their shapes of answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use jwt_simple::prelude::{Claims, RS256KeyPair, RSAKeyPairLike};
use serde_json::{Value, json};

use crate::endless::{Kind, talk};

/// The providers. They serve until the process ends.
pub struct Providers {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
struct World {
    origin: String,
    email: String,
    /// The nonce of the newest visit, which an ID token repeats.
    nonce: String,
    verified: bool,
    /// The refresh token that comes with GitHub's and Naver's tokens, `null` for none.
    refresh: Value,
    status: u16,
    delay: Duration,
    seen: Vec<String>,
    /// Where an answer never ends, and how much time its pieces take.
    endless: Vec<(&'static str, Duration)>,
    /// Where an answer without end was left by its reader.
    left: Vec<&'static str>,
}

impl Providers {
    /// Providers whose one person has this address, verified where a provider says such a thing.
    pub fn start(email: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let world = World {
            origin: format!("http://{address}"),
            email: email.to_owned(),
            verified: true,
            refresh: "refresh-of-the-provider".into(),
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

    /// Somebody was sent here: what the provider keeps of the address until its token endpoint is asked.
    pub fn visited(&self, location: &str) {
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let nonce = query.split('&').find_map(|pair| pair.strip_prefix("nonce="));
        lock(&self.world).nonce = nonce.unwrap_or_default().to_owned();
    }

    /// From now on this refresh token comes with an access token, or none.
    pub fn grants(&self, refresh_token: Option<&str>) {
        lock(&self.world).refresh = refresh_token.into();
    }

    /// From now on the token endpoints answer with this status, after this time.
    pub fn behaves(&self, status: u16, delay: Duration) {
        let mut world = lock(&self.world);
        (world.status, world.delay) = (status, delay);
    }

    /// From now on answers at these paths never end, a piece in so much time.
    pub fn never_end(&self, paths: &[&'static str], pause: Duration) {
        lock(&self.world).endless = paths.iter().map(|path| (*path, pause)).collect();
    }

    /// Where answers without end were left by their reader, in order of the paths.
    pub fn left(&self) -> Vec<&'static str> {
        let mut left = lock(&self.world).left.clone();
        left.sort_unstable();
        left
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
    let (status, body, delay, endless) = {
        let mut world = lock(world);
        world.seen.push(request);
        let (status, body) = world.document(&path);
        let endless = world.endless.iter().find(|(at, _)| *at == path).copied();
        (status, body.to_string(), world.delay, endless)
    };
    if let Some((at, pause)) = endless {
        if talk(stream, Kind::Json, pause).is_err() {
            lock(world).left.push(at);
        }
        return;
    }
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

/// The key that signs ID tokens here and in the tests of `auth`: making one takes a while.
fn key() -> &'static RS256KeyPair {
    static KEY: OnceLock<RS256KeyPair> = OnceLock::new();
    const DER: &[u8] = include_bytes!("../../../components/auth/src/tests/provider/rsa.der");
    KEY.get_or_init(|| {
        let key = RS256KeyPair::from_der(DER).expect("a key");
        key.with_key_id("of-the-provider")
    })
}

/// As it stands in a key set (RFC 7517).
fn public_key() -> Value {
    let text = key().public_key().to_jwk();
    let mut jwk: Value = serde_json::from_str(&text).expect("a key is JSON");
    jwk["kid"] = "of-the-provider".into();
    jwk
}

impl World {
    /// What Google's and Kakao's token endpoints answer (OpenID Connect Core 1.0, section 3.1.3.3), with the fields of their
    /// documentation.
    fn granted(&self, path: &str) -> Value {
        let google = path.starts_with("/google/");
        let provider = if google { "google" } else { "kakao" };
        let own = if google {
            json!({"azp": "google-client", "email": self.email, "email_verified": self.verified, "name": "김민지",
                "given_name": "민지", "picture": "https://lh3.googleusercontent.com/a/x", "at_hash": "x"})
        } else {
            json!({"auth_time": 1_700_000_000, "nickname": "민지", "email": self.email})
        };
        let claims = Claims::with_custom_claims(own, jwt_simple::prelude::Duration::from_hours(1))
            .with_issuer(format!("{}/{provider}", self.origin))
            .with_audience(format!("{provider}-client"))
            .with_subject(if google {
                "110169484474386276334"
            } else {
                "1376016924"
            })
            .with_nonce(&self.nonce);
        let token = key().sign(claims).expect("the key signs");
        if google {
            json!({"access_token": "access-of-the-provider", "expires_in": 3599, "id_token": token, "token_type": "Bearer",
                "refresh_token": "refresh-of-the-provider", "scope": "openid https://www.googleapis.com/auth/userinfo.email"})
        } else {
            json!({"token_type": "bearer", "access_token": "access-of-the-provider", "id_token": token, "expires_in": 7199,
                "refresh_token": "refresh-of-the-provider", "refresh_token_expires_in": 86399,
                "scope": "account_email profile_nickname openid"})
        }
    }

    fn document(&self, path: &str) -> (u16, Value) {
        let token = json!({"access_token": "access-of-the-provider", "token_type": "bearer", "expires_in": "3600",
            "refresh_token": self.refresh});
        match path {
            "/github/token" | "/naver/token" => (self.status, token),
            "/google/token" | "/kakao/token" => (self.status, self.granted(path)),
            "/google/keys" | "/kakao/keys" => (200, json!({"keys": [public_key()]})),
            // https://developers.kakao.com/docs/latest/en/kakaologin/rest-api#req-user-info
            "/kakao/profile" => {
                let account = json!({"profile_nickname_needs_agreement": false,
                    "profile": {"nickname": "민지", "is_default_nickname": false}, "has_email": true,
                    "email_needs_agreement": false, "is_email_valid": true, "is_email_verified": self.verified,
                    "email": self.email});
                let me = json!({"id": 1_376_016_924_i64, "connected_at": "2026-01-02T03:04:05Z", "kakao_account": account});
                (200, me)
            }
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
