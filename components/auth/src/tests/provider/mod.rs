//! Sign-in with providers, against a scripted other side with the providers' own shapes (AUTH-14, AUTH-15).

mod adapters;
mod callback;
mod linking;
mod tokens;
mod unlinking;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::header;
use config::{ProviderApp, Providers, Secret, Values};
use jwt_simple::prelude::{Claims, Duration, RS256KeyPair, RSAKeyPairLike, UnixTimeStamp};
use serde_json::{Map, Value, json};
use testkit::{Answer, MovableClock, Scripted, Seen, Step, get};

use super::{App, from_address};

/// A key that exists for these tests only.
const RSA: &[u8] = include_bytes!("rsa.der");
/// The verifier of the app, and its challenge (RFC 7636, appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const APP: &str = "https://app.example.com/done";

/// All four providers as one server behaves in their place.
#[derive(Clone)]
pub struct Fake(Arc<Mutex<World>>);

#[derive(Default)]
struct World {
    /// The `nonce` of the newest visit.
    nonce: String,
    /// Claims of ID tokens, on top of those of an ordinary one.
    claims: Map<String, Value>,
    /// Fields of a grant, on top of those of an ordinary one.
    grant: Map<String, Value>,
    /// What stands under `/{provider}/{path}`.
    documents: HashMap<String, Value>,
    /// What is done instead.
    instead: HashMap<String, Step>,
}

impl Fake {
    pub fn new(clock: &MovableClock) -> (Self, Scripted) {
        let fake = Self(Arc::default());
        let (other, clock_of_it) = (fake.clone(), clock.clone());
        let script = Scripted::new(clock, move |seen| other.answer(seen, &clock_of_it));
        (fake, script)
    }

    fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    fn claim(&self, name: &str, value: Value) {
        self.with(|world| world.claims.insert(name.to_owned(), value));
    }

    fn grant(&self, name: &str, value: Value) {
        self.with(|world| world.grant.insert(name.to_owned(), value));
    }

    fn mend_grant(&self, name: &str) {
        self.with(|world| world.grant.remove(name));
    }

    fn document(&self, path: &str, value: Value) {
        self.with(|world| world.documents.insert(path.to_owned(), value));
    }

    fn instead(&self, path: &str, step: Step) {
        self.with(|world| world.instead.insert(path.to_owned(), step));
    }

    fn mend(&self, path: &str) {
        self.with(|world| world.instead.remove(path));
    }

    fn answer(&self, seen: &Seen, clock: &MovableClock) -> Step {
        let path = seen.uri.path().to_owned();
        self.with(|world| {
            if let Some(step) = world.instead.get(&path) {
                return step.clone();
            }
            if let Some(document) = world.documents.get(&path) {
                return Step::json(200, document);
            }
            match path.rsplit('/').next().unwrap_or_default() {
                "keys" => Step::json(200, &json!({"keys": [public_key()]})),
                "token" => Step::json(200, &world.granted(&path, clock)),
                _ => Step::status(404),
            }
        })
    }
}

impl World {
    fn granted(&self, path: &str, clock: &MovableClock) -> Value {
        let mut grant = json!({"access_token": "provider-access-1", "token_type": "Bearer",
            "expires_in": 3600, "refresh_token": "provider-refresh-1"});
        if path.starts_with("/google") || path.starts_with("/kakao") {
            grant["id_token"] = self.id_token(path, clock).into();
        }
        for (name, value) in &self.grant {
            grant[name] = value.clone();
        }
        grant
    }

    fn id_token(&self, path: &str, clock: &MovableClock) -> String {
        use domain::Clock;
        let provider = path.split('/').nth(1).unwrap();
        let now = u64::try_from(clock.now().seconds()).unwrap();
        let mut all = json!({"iss": format!("https://provider.example/{provider}"), "aud": format!("{provider}-client"),
            "sub": "1234567890", "iat": now, "exp": now + 3600, "nonce": self.nonce,
            "email": "minji@example.com", "email_verified": true, "name": "김민지"});
        for (name, value) in &self.claims {
            all[name] = value.clone();
        }
        sign(&all)
    }
}

/// A token with exactly these claims.
fn sign(claims: &Value) -> String {
    let all: Map<String, Value> = claims.as_object().unwrap().clone();
    let time = |name: &str| {
        all.get(name)
            .and_then(Value::as_u64)
            .map(UnixTimeStamp::from_secs)
    };
    let mut own = all.clone();
    for registered in ["iss", "sub", "aud", "iat", "exp", "nonce"] {
        own.remove(registered);
    }
    let text = |name: &str| all.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut claims = Claims::with_custom_claims(own, Duration::from_secs(0));
    (claims.issued_at, claims.expires_at, claims.invalid_before) = (time("iat"), time("exp"), None);
    (claims.issuer, claims.subject, claims.nonce) = (text("iss"), text("sub"), text("nonce"));
    match all.get("aud") {
        Some(Value::Array(several)) => {
            let several = several
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect();
            claims = claims.with_audiences(several);
        }
        Some(Value::String(one)) => claims = claims.with_audience(one),
        _ => {}
    }
    key().sign(claims).unwrap()
}

/// An ID token of Google's whose header names this key.
fn sign_as(kid: &str, app: &App) -> String {
    use domain::Clock;
    let now = u64::try_from(app.world.clock.now().seconds()).unwrap();
    let mut claims = Claims::create(Duration::from_hours(1))
        .with_issuer("https://provider.example/google")
        .with_audience("google-client")
        .with_subject("1234567890");
    claims.issued_at = Some(UnixTimeStamp::from_secs(now));
    claims.expires_at = Some(UnixTimeStamp::from_secs(now + 3600));
    claims.invalid_before = None;
    RS256KeyPair::from_der(RSA)
        .unwrap()
        .with_key_id(kid)
        .sign(claims)
        .unwrap()
}

fn key() -> RS256KeyPair {
    RS256KeyPair::from_der(RSA).unwrap().with_key_id("rsa-1")
}

fn public_key() -> Value {
    let mut key: Value = serde_json::from_str(&key().public_key().to_jwk()).unwrap();
    key["kid"] = "rsa-1".into();
    key
}

/// The configuration of every provider, with these keys for their tokens.
pub fn configuration(keys: &str) -> Providers {
    let mut values = Values::new([
        ("environment", "development"),
        ("encryption_keys", keys),
        ("oauth_stand_in", "https://provider.example"),
        ("app_redirects", APP),
    ]);
    let mut providers = Providers::read(&mut values).unwrap();
    for name in ["kakao", "naver", "google", "github"] {
        let app = ProviderApp {
            id: format!("{name}-client"),
            secret: Secret::new(format!("{name}-secret")),
        };
        providers.apps.push((name, app));
    }
    providers
}

/// The client address of whoever has none of their own.
const HOME: &str = "198.51.100.7";

/// A browser on its way.
struct Visit {
    provider: &'static str,
    cookie: String,
    query: HashMap<String, String>,
}

impl Visit {
    fn state(&self) -> &str {
        &self.query["state"]
    }
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

impl App {
    async fn start(&self, provider: &'static str) -> Visit {
        self.start_from(provider, HOME).await
    }

    async fn start_from(&self, provider: &'static str, address: &str) -> Visit {
        let path = format!("/api/v1/auth/{provider}?code_challenge={CHALLENGE}&code_challenge_method=S256");
        let answer = self.ask(from_address(get(&path, ""), address)).await.expect(302);
        let location = answer.header("location").to_owned();
        let (to, query) = location.split_once('?').unwrap();
        assert_eq!(to, format!("https://provider.example/{provider}/authorize"));
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let query = pairs(query);
        let nonce = query.get("nonce").cloned().unwrap_or_default();
        self.fake.with(|world| world.nonce = nonce);
        Visit {
            provider,
            cookie,
            query,
        }
    }

    /// The browser comes back with this query.
    async fn back_with(&self, visit: &Visit, query: &str) -> Answer {
        self.back_from(visit, query, HOME).await
    }

    async fn back_from(&self, visit: &Visit, query: &str, address: &str) -> Answer {
        let path = format!("/api/v1/auth/{}/callback?{query}", visit.provider);
        let mut request = get(&path, "");
        let cookie = visit.cookie.parse().unwrap();
        request.headers_mut().insert(header::COOKIE, cookie);
        self.ask(from_address(request, address)).await
    }

    /// The browser comes back as it should.
    async fn back(&self, visit: &Visit) -> Answer {
        let query = format!("state={}&code=provider-code", visit.state());
        self.back_with(visit, &query).await
    }

    /// What stands in the fragment of the app's address.
    async fn arrive(&self, provider: &'static str) -> HashMap<String, String> {
        let visit = self.start(provider).await;
        fragment(&self.back(&visit).await.expect(302))
    }

    /// The same from one client address.
    async fn arrive_from(&self, provider: &'static str, address: &str) -> HashMap<String, String> {
        let visit = self.start_from(provider, address).await;
        let query = format!("state={}&code=provider-code", visit.state());
        fragment(&self.back_from(&visit, &query, address).await.expect(302))
    }

    async fn exchange(&self, code: &str, verifier: &str) -> Answer {
        let body = json!({"code": code, "code_verifier": verifier});
        self.post("/api/v1/auth/social/exchange", &body).await
    }

    async fn link(&self, token: &str, verifier: &str) -> Answer {
        let body = json!({"token": token, "code_verifier": verifier});
        self.post("/api/v1/auth/link", &body).await
    }

    /// Signs in with a provider; starts a new minute afterwards.
    async fn sign_in_with(&self, provider: &'static str) -> Answer {
        let arrived = self.arrive(provider).await;
        let code = arrived.get("code").unwrap_or_else(|| panic!("{arrived:?}"));
        let answer = self.exchange(code, VERIFIER).await.expect(200);
        self.world.clock.advance_seconds(180);
        answer
    }

    /// Counts rows.
    async fn count(&self, table: &str) -> i64 {
        let statement = format!("SELECT COUNT(*) FROM {table}");
        let rows = self.world.fresh.db.query(&statement, Vec::new()).await.unwrap();
        rows[0].get(0).unwrap()
    }
}

fn fragment(answer: &Answer) -> HashMap<String, String> {
    let location = answer.header("location");
    let (to, fragment) = location.split_once('#').unwrap_or_else(|| panic!("{location}"));
    assert_eq!(to, APP);
    pairs(fragment)
}

/// The error with which the app is told that it did not work.
async fn fails(app: &App, provider: &'static str) -> String {
    let arrived = app.arrive(provider).await;
    assert!(!arrived.contains_key("code"), "{arrived:?}");
    assert_eq!(app.count("users").await, 0, "nothing was written");
    arrived["error"].clone()
}

fn kakao_profile(valid: bool, verified: bool) -> Value {
    json!({"id": 1_234_567_890_u64, "connected_at": "2026-01-02T03:04:05Z",
        "properties": {"nickname": "민지"},
        "kakao_account": {"profile_nickname_needs_agreement": false, "profile": {"nickname": "민지"},
            "has_email": true, "email_needs_agreement": false, "is_email_valid": valid,
            "is_email_verified": verified, "email": "minji@example.com"}})
}

fn naver_profile() -> Value {
    json!({"resultcode": "00", "message": "success", "response": {"id": "VmtKMnR-zN4yW0", "nickname": "mj",
        "name": "김민지", "email": "minji@example.com", "age": "20-29"}})
}

fn github_documents(fake: &Fake, addresses: Value) {
    let me = json!({"login": "minji", "id": 583_231, "node_id": "MDQ6VXNlcjU4MzIzMQ==", "name": null,
        "email": "public@example.com", "two_factor_authentication": true});
    fake.document("/github/profile", me);
    fake.document("/github/addresses", addresses);
}
