//! The gate with a small table of its own: what every component's answers have in common. What components add is tested beside them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use config::{Edge, Secret, Service, SigningKey, Tokens, Values, VerifyingKey};
use domain::user::{Role, Tier};
use domain::{Clock, Id, Timestamp};
use http_body_util::BodyExt;
use http_kit::platform::SystemRandom;
use http_kit::{Problem, reply};
use kv::{Memory, Store};
use serde_json::Value;

use crate::route::{Cache, Entry, Limit, admin, public, router, user};
use crate::state::Stores;
use crate::token::{AccessToken, Signer};
use crate::{Admin, Anonymous, Caller, Context, Gate, Guard, Guarded};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_123_456);
const SEED: [u8; 32] = [7; 32];
const ORIGIN: &str = "https://app.example.com";

/// Time that stands still.
struct Still;
impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

struct State(Arc<Guard>);
impl Guarded for State {
    fn guard(&self) -> &Guard {
        &self.0
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

async fn people(_: Admin) -> Result<Response, Problem> {
    reply::json(StatusCode::OK, &"people")
}

fn entries() -> Vec<Entry<Arc<State>>> {
    vec![
        public(Method::GET, "/anybody", Limit::Standard, anybody),
        public(Method::GET, "/free", Limit::Unlimited, anybody).cache(Cache::Public(60)),
        public(Method::GET, "/long", Limit::Unlimited, long),
        public(Method::GET, "/secret", Limit::Unlimited, long).never_compressed(),
        user(Method::GET, "/own", own).cache(Cache::Revalidate),
        admin(Method::POST, "/people", people),
    ]
}

/// A gate and what its tokens are signed with.
struct App {
    gate: Gate,
    signer: Signer,
}

impl App {
    fn new(environment: &str) -> Self {
        let mut values = Values::new([
            ("environment", environment),
            ("cors_allowed_origins", ORIGIN),
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
        let (clock, random) = (Arc::new(Still), Arc::new(SystemRandom));
        let guard = Arc::new(Guard::new(&service, &tokens, &edge, stores, clock, random));
        let router = router(entries(), Arc::new(State(Arc::clone(&guard))));
        let gate = Gate::new("test", guard, router);
        Self { gate, signer }
    }

    fn token(&self, role: Role, tier: Tier) -> String {
        let token = AccessToken {
            user: Id::new(NOW, &SystemRandom),
            session: Id::new(NOW, &SystemRandom),
            tier,
            role,
            version: 1,
            expires_at: NOW.plus(Duration::from_secs(60)),
        };
        let signed = self.signer.sign(&token, NOW, &SystemRandom).unwrap();
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

#[tokio::test]
async fn every_answer_names_its_request() {
    let app = app();
    let sent = app.get("/free", &[("x-request-id", "client-1234")]).await;
    assert_eq!(sent.header("x-request-id"), "client-1234");
    assert_eq!(sent.json()["request_id"], "client-1234");
    let (one, other) = (app.get("/free", &[]).await, app.get("/nothing", &[]).await);
    for answer in [&one, &other] {
        assert!(Id::<()>::parse(answer.header("x-request-id")).is_ok());
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
    assert_eq!(one.json()["request_id"], one.header("x-request-id"));
}

/// GUARD-10: SHA-256 of the address, a zero byte and the user agent; worked out by another program.
#[tokio::test]
async fn a_client_has_a_fingerprint() {
    let app = app();
    let fingerprint = async |address: &str, agent: &str| {
        let headers = [("spin-client-addr", address), ("user-agent", agent)];
        app.get("/free", &headers).await.json()["fingerprint"].clone()
    };
    let one = fingerprint("192.0.2.1:50000", "x").await;
    assert_eq!(
        one,
        "0565f6f25ae71a41918df171f5253bfa6e789bcd8d2fe0ecb7cd0d12a142f2ef"
    );
    assert_eq!(
        one,
        fingerprint("192.0.2.1:50001", "x").await,
        "whatever the port"
    );
    assert_ne!(one, fingerprint("192.0.2.1:50000", "y").await);
    assert_ne!(one, fingerprint("192.0.2.2:50000", "x").await);
}

#[tokio::test]
async fn the_limit_is_told_and_kept() {
    let app = app();
    let from = [("spin-client-addr", "192.0.2.1:1")];
    let first = app.get("/anybody", &from).await;
    assert_eq!(first.json()["left"], 1);
    // 1 800 000 000 is a whole minute.
    assert_eq!(first.header("ratelimit-policy"), "\"anonymous\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"anonymous\";r=1;t=60");
    assert_eq!(first.header("x-ratelimit-limit"), "2");
    assert_eq!(first.header("x-ratelimit-remaining"), "1");
    assert_eq!(first.header("x-ratelimit-reset"), "60");
    assert_eq!(first.header("retry-after"), "");
    app.get("/anybody", &from).await;
    let third = app.get("/anybody", &from).await;
    assert_eq!(third.refusal(), (429, "quota_exceeded".to_owned()));
    assert_eq!(third.header("retry-after"), "60");
    assert_eq!(app.get("/free", &from).await.status, StatusCode::OK);
    assert_eq!(app.get("/free", &from).await.header("ratelimit"), "");
    let other = [("spin-client-addr", "192.0.2.2:1")];
    assert_eq!(app.get("/anybody", &other).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_tier_has_its_limit() {
    let app = app();
    for (role, tier, policy) in [
        (Role::User, Tier::Free, "\"free\";q=3;w=60"),
        (Role::User, Tier::Premium, "\"premium\";q=4;w=60"),
        (Role::Admin, Tier::Free, "\"admin\";q=5;w=60"),
    ] {
        let token = app.token(role, tier);
        let answer = app.get("/own", &[("authorization", &token)]).await;
        assert_eq!(
            (answer.status, answer.header("ratelimit-policy")),
            (StatusCode::OK, policy)
        );
        assert_eq!(answer.header("cache-control"), "private, no-cache");
    }
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let app = app();
    let none = app.get("/own", &[]).await;
    assert_eq!(none.refusal(), (401, "authentication_required".to_owned()));
    let token = app.token(Role::User, Tier::Free);
    for wrong in [
        token.replace("Bearer", "Basic"),
        token.replacen("Bearer ", "Bearer", 1),
    ] {
        let answer = app.get("/own", &[("authorization", &wrong)]).await;
        assert_eq!(
            answer.refusal(),
            (401, "authentication_required".to_owned()),
            "{wrong}"
        );
    }
    let twice = [("authorization", &*token), ("authorization", &*token)];
    assert_eq!(app.get("/own", &twice).await.status, StatusCode::UNAUTHORIZED);
    for (value, code) in [
        ("Bearer x", "invalid_token"),
        ("Bearer \u{e9}", "authentication_required"),
    ] {
        let answer = app.get("/own", &[("authorization", value)]).await;
        assert_eq!(answer.refusal(), (401, code.to_owned()));
    }
    let lower = token.replace("Bearer", "bearer");
    assert_eq!(
        app.get("/own", &[("authorization", &lower)]).await.status,
        StatusCode::OK
    );
    let people = app
        .ask(Method::POST, "/people", &[("authorization", &token)])
        .await;
    assert_eq!(people.refusal(), (403, "forbidden".to_owned()));
    let admin = app.token(Role::Admin, Tier::Free);
    let people = app
        .ask(Method::POST, "/people", &[("authorization", &admin)])
        .await;
    assert_eq!(people.status, StatusCode::OK);
}

#[tokio::test]
async fn what_nobody_has_is_a_problem_too() {
    let app = app();
    let nothing = app.get("/nothing", &[]).await;
    assert_eq!(nothing.refusal(), (404, "not_found".to_owned()));
    assert_eq!(nothing.json()["instance"], "/nothing");
    let wrong = app.ask(Method::POST, "/free", &[]).await;
    assert_eq!(wrong.refusal(), (405, "method_not_allowed".to_owned()));
    assert_eq!(wrong.header("allow"), "GET,HEAD");
    assert_eq!(wrong.header("cache-control"), "no-store");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = app();
    let (get, head) = (
        app.get("/free", &[]).await,
        app.ask(Method::HEAD, "/free", &[]).await,
    );
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty() && !get.body.is_empty());
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(get.header("content-length"), get.body.len().to_string());
    assert_eq!(get.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_read() {
    let app = app();
    for (origin, allowed) in [(ORIGIN, ORIGIN), ("https://evil.example.com", "")] {
        let answer = app.get("/free", &[("origin", origin)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        assert_eq!(
            answer.header("access-control-expose-headers").contains("ETag"),
            !allowed.is_empty()
        );
        assert_eq!(answer.header("vary"), "Origin");
        let asked = [("origin", origin), ("access-control-request-method", "GET")];
        let preflight = app.ask(Method::OPTIONS, "/free", &asked).await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT);
        assert_eq!(preflight.header("allow"), "GET,HEAD");
        let methods = if allowed.is_empty() { "" } else { "GET,HEAD" };
        assert_eq!(preflight.header("access-control-allow-methods"), methods);
    }
    assert_eq!(
        app.get("/free", &[]).await.header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn long_answers_are_encoded_where_that_is_allowed() {
    let app = app();
    let plain = app.get("/long", &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "Accept-Encoding, Origin");
    for (accepted, path, coding) in [
        ("gzip", "/long", "gzip"),
        ("br", "/long", ""),
        ("identity", "/long", ""),
        ("gzip", "/secret", ""),
        ("gzip", "/free", ""),
    ] {
        let answer = app.get(path, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted} {path}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        assert_eq!(answer.body.starts_with(&[0x1f, 0x8b]), coding == "gzip");
    }
}

#[tokio::test]
async fn developers_see_how_long_it_took() {
    let timing = app()
        .get("/anybody", &[])
        .await
        .header("server-timing")
        .to_owned();
    assert_eq!(timing, "");
    let app = App::new("development");
    let answer = app.get("/anybody", &[]).await;
    assert_eq!(answer.header("server-timing"), "guard;dur=0.000, total;dur=0.000");
    let answer = app.get("/free", &[]).await;
    assert_eq!(answer.header("server-timing"), "total;dur=0.000");
}
