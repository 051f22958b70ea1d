//! The gate with a small table of its own: what every component's answers have in common. What components add is tested beside them.

mod access;
mod answers;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use config::{Edge, Secret, Service, SigningKey, Tokens, Values, VerifyingKey};
use domain::user::{Role, Tier};
use domain::{Clock, Id, Timestamp};
use http_body_util::BodyExt;
use http_kit::compress::SMALLEST;
use http_kit::etag::IfNoneMatch;
use http_kit::platform::SystemRandom;
use http_kit::{Problem, etag, reply};
use kv::{Memory, Store};
use serde_json::Value;

use crate::route::{Cache, Entry, Limit, admin, internal, public, router, user};
use crate::state::Stores;
use crate::token::{AccessToken, Signer};
use crate::{Admin, Anonymous, Caller, Context, Gate, Guard, Guarded, Inside, Internal};

/// Twelve seconds into a minute.
const NOW: Timestamp = Timestamp::from_micros(1_800_000_012_123_456);
const SEED: [u8; 32] = [7; 32];
/// 32 bytes that nobody has to guess.
const INTERNAL_KEY: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopg";
const ORIGIN: &str = "https://app.example.com";

/// Each look takes a millisecond and a half.
#[derive(Default)]
struct Ticking(AtomicI64);
impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let looks = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_micros(NOW.micros() + looks * 1_500)
    }
}

struct State {
    guard: Arc<Guard>,
    internal: config::Internal,
}
impl Guarded for State {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}
impl Inside for State {
    fn internal(&self) -> &config::Internal {
        &self.internal
    }
}

async fn anybody(_: Anonymous, context: Context) -> Result<Response, Problem> {
    let seen = serde_json::json!({
        "request_id": context.request_id(), "fingerprint": context.fingerprint(), "left": context.decision().map(|decision| decision.remaining()),
    });
    reply::json(StatusCode::OK, &seen)
}

async fn long(_: Anonymous) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &"long ".repeat(1000))
}

async fn own(caller: Caller) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &caller.user)
}

async fn exactly(_: Anonymous) -> Result<Response, Problem> {
    // With the quotes around it.
    reply::json(StatusCode::OK, &"x".repeat(SMALLEST - 2))
}

async fn versioned(_: Anonymous, known: IfNoneMatch) -> Result<Response, Problem> {
    etag::read(&known, 7, &"long ".repeat(1000))
}

async fn same(_: Anonymous) -> Response {
    reply::empty(StatusCode::NOT_MODIFIED)
}

async fn own_refusal(_: Anonymous) -> Result<Response, Problem> {
    reply::json(StatusCode::NOT_FOUND, &"mine")
}

async fn inside(_: Internal) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &"inside")
}

async fn people(_: Admin) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &"people")
}

fn entries() -> Vec<Entry<Arc<State>>> {
    vec![
        public(Method::GET, "/anybody", Limit::Standard, anybody),
        public(Method::GET, "/free", Limit::Unlimited, anybody).cache(Cache::Public(60)),
        public(Method::GET, "/long", Limit::Unlimited, long),
        public(Method::GET, "/secret", Limit::Unlimited, long).never_compressed(),
        public(Method::GET, "/exactly", Limit::Unlimited, exactly),
        public(Method::GET, "/same", Limit::Unlimited, same).cache(Cache::Revalidate),
        public(Method::GET, "/versioned", Limit::Unlimited, versioned).cache(Cache::Revalidate),
        public(Method::GET, "/versioned-secret", Limit::Unlimited, versioned).never_compressed(),
        public(Method::GET, "/refusal", Limit::Unlimited, own_refusal),
        internal(Method::GET, "/inside", inside),
        user(Method::GET, "/own", own).cache(Cache::Revalidate),
        admin(Method::POST, "/people", people),
    ]
}

/// A gate and what its tokens are signed with.
struct App {
    gate: Gate,
    guard: Arc<Guard>,
    signer: Signer,
}

impl App {
    fn new(environment: &str) -> Self {
        let mut values = Values::new([
            ("environment", environment),
            ("cors_allowed_origins", ORIGIN),
            ("internal_key", INTERNAL_KEY),
            ("public_url", "https://api.example.com"),
            (
                "rate_limits",
                "anonymous=2,sign_in=10,free=3,premium=4,admin=5,chat=10",
            ),
        ]);
        let service = Service::read(&mut values).unwrap();
        let edge = Edge::read(&mut values).unwrap();
        let public = *ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(SEED)).pk;
        let id = "k1".to_owned();
        let tokens = Tokens {
            audience: "realcare".to_owned(),
            keys: vec![VerifyingKey {
                id: id.clone(),
                public,
            }],
        };
        let seed = Secret::new(SEED);
        let signer = Signer::new(
            SigningKey { id, seed },
            service.public_url.clone(),
            tokens.audience.clone(),
        );
        let stores = Stores {
            revocations: Store::new("revocations", Memory::default()),
            counters: Store::new("counters", Memory::default()),
        };
        let (clock, random) = (Arc::new(Ticking::default()), Arc::new(SystemRandom));
        let guard = Arc::new(Guard::new(&service, &tokens, &edge, stores, clock, random));
        let internal = config::Internal::read(&mut values).unwrap();
        let state = State {
            guard: Arc::clone(&guard),
            internal,
        };
        let router = router(entries(), Arc::new(state));
        let gate = Gate::new("test", Arc::clone(&guard), router);
        Self { gate, guard, signer }
    }

    fn token(&self, role: Role, tier: Tier) -> String {
        self.sign(&Self::access(role, tier))
    }

    fn access(role: Role, tier: Tier) -> AccessToken {
        AccessToken {
            user: Id::new(NOW, &SystemRandom),
            session: Id::new(NOW, &SystemRandom),
            tier,
            role,
            version: 1,
            expires_at: NOW.plus(Duration::from_secs(60)),
        }
    }

    fn sign(&self, token: &AccessToken) -> String {
        let signed = self.signer.sign(token, NOW, &SystemRandom).unwrap();
        format!("Bearer {signed}")
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.gate.handle(request.body(Body::empty()).unwrap()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status,
            headers,
            body,
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers).await
    }
}

fn app() -> App {
    App::new("production")
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn refusal(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        (
            self.status.as_u16(),
            self.json()["code"].as_str().unwrap().to_owned(),
        )
    }
}
