//! The endpoints of this component, driven through its gate (AUTH, GUARD).

mod access;
mod account;
mod admin;
mod agents;
mod bypass;
mod enumeration;
mod limits;
mod lockout;
mod login;
mod oauth;
mod outbox;
mod own_account;
mod passwords;
mod provider;
mod refresh;
mod revocations;
mod sessions;
mod verify_email;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use config::{Environment, Pages, Passwords, Values};
use domain::session::Lifetimes;
use domain::sign_in::Lockout;
use guard::Gate;
use provider::Fake;
use serde_json::{Value, json};
use testkit::{Answer, Fresh, Rings, Scripted, World, ask, get, post, send};

use crate::password::hash::Hasher;
use crate::provider::Providers;
use crate::state::Auth;

const PASSWORD: &str = "Correct-horse-7";
/// Encrypts the tokens of providers.
const KEYS: &str = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The component in a world of its own.
struct App {
    world: World,
    gate: Gate,
    bell: Rings,
    /// The providers.
    fake: Fake,
    /// What they were asked.
    script: Scripted,
    auth: Arc<Auth>,
}

impl App {
    fn new() -> Self {
        Self::over(World::new(), Environment::Development)
    }

    fn over(world: World, environment: Environment) -> Self {
        let others = Fake::new(&world.clock);
        let providers = provider::configuration(KEYS);
        Self::build(world, environment, &mut Values::default(), providers, others)
    }

    /// With these variables for passwords.
    fn with(world: World, environment: Environment, variables: &mut Values) -> Self {
        let others = Fake::new(&world.clock);
        Self::build(
            world,
            environment,
            variables,
            provider::configuration(KEYS),
            others,
        )
    }

    fn build(
        world: World,
        environment: Environment,
        variables: &mut Values,
        providers: config::Providers,
        (fake, script): (Fake, Scripted),
    ) -> Self {
        let passwords = Passwords::read(variables).unwrap();
        let guard = world.guard();
        let bell = Rings::default();
        let auth = Auth {
            db: world.database(),
            guard: Arc::clone(&guard),
            signer: world.signer(),
            tokens: world.tokens.clone(),
            passwords,
            hasher: Hasher::new(&passwords),
            lockout: Lockout::DEFAULT,
            cursor_key: [3; 32],
            pages: Pages::read(&mut Values::default()).unwrap(),
            bell: Arc::new(bell.clone()),
            providers: Providers::new(providers, world.service.public_url.clone(), script.client()),
            lifetimes: Lifetimes::DEFAULT,
            clock: Arc::new(world.clock.clone()),
            timer: Arc::new(world.clock.clone()),
            random: Arc::new(world.random.clone()),
        };
        let auth = Arc::new(auth);
        let router = guard::route::router(crate::routes::entries(environment), Arc::clone(&auth));
        Self {
            gate: Gate::new("auth", guard, router),
            auth,
            world,
            bell,
            fake,
            script,
        }
    }

    fn without_providers() -> Self {
        let world = World::new();
        let (others, mut providers) = (Fake::new(&world.clock), provider::configuration(KEYS));
        providers.apps.clear();
        Self::build(
            world,
            Environment::Development,
            &mut Values::default(),
            providers,
            others,
        )
    }

    fn without_redirects() -> Self {
        let world = World::new();
        let (others, mut providers) = (Fake::new(&world.clock), provider::configuration(KEYS));
        providers.redirects.clear();
        Self::build(
            world,
            Environment::Development,
            &mut Values::default(),
            providers,
            others,
        )
    }

    /// The same world with another instance, which has these keys.
    fn again_with_keys(self, keys: &str) -> Self {
        let others = (self.fake, self.script);
        Self::build(
            self.world,
            Environment::Development,
            &mut Values::default(),
            provider::configuration(keys),
            others,
        )
    }

    /// Another instance of the component in the same world.
    fn another_instance(&self) -> Gate {
        let entries = crate::routes::entries(Environment::Development);
        let router = guard::route::router(entries, Arc::clone(&self.auth));
        Gate::new("auth", self.world.guard(), router)
    }

    /// Over a database without a single table.
    fn without_tables() -> Self {
        Self::over(World::over(Fresh::empty_sqlite()), Environment::Development)
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        ask(&self.gate, request).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(post(path, "", body)).await
    }

    /// Any method with a token and, unless it is `null`, a body.
    async fn call(&self, method: Method, path: &str, token: &str, body: Value) -> Answer {
        let mut request = send(method, path, token, &body);
        if body.is_null() {
            *request.body_mut() = Body::empty();
        }
        self.ask(request).await
    }

    /// `GET` with a token.
    async fn read(&self, path: &str, token: &str) -> Answer {
        self.ask(get(path, token)).await
    }

    /// What was done, newest first.
    async fn actions(&self) -> Vec<String> {
        let filter = store::audit::Filter::default();
        let events = store::audit::list(&self.world.fresh.db, &filter, None, 100)
            .await
            .unwrap();
        events.into_iter().map(|event| event.action).collect()
    }

    async fn register(&self, email: &str) -> Answer {
        let body = json!({"email": email, "password": PASSWORD, "name": "김민지"});
        self.post("/api/v1/auth/register", &body).await
    }

    /// The newest mail to this address.
    async fn mail(&self, email: &str) -> Value {
        let outbox = self.ask(get("/api/v1/dev/outbox", "")).await.expect(200);
        let mails = outbox.json["items"].as_array().unwrap();
        mails
            .iter()
            .find(|mail| mail["to"] == email)
            .cloned()
            .unwrap_or_default()
    }

    async fn verify(&self, token: &str) -> Answer {
        self.post("/api/v1/auth/verify-email", &json!({"token": token}))
            .await
    }

    async fn login(&self, email: &str, password: &str) -> Answer {
        self.post(
            "/api/v1/auth/login",
            &json!({"email": email, "password": password}),
        )
        .await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.post("/api/v1/auth/refresh", &json!({"refresh_token": token}))
            .await
    }

    async fn me(&self, token: &str) -> Answer {
        self.ask(get("/api/v1/auth/me", token)).await
    }

    /// Somebody with a verified address, signed in. Starts a new minute, so that no limit of before counts.
    async fn sign_in(&self, email: &str) -> Answer {
        self.register(email).await.expect(202);
        let token = self.mail(email).await["token"].as_str().unwrap().to_owned();
        self.verify(&token).await.expect(204);
        self.world.clock.advance_seconds(180);
        let answer = self.login(email, PASSWORD).await.expect(200);
        self.world.clock.advance_seconds(180);
        answer
    }
}

/// `request` as it comes from this address.
fn from_address(mut request: Request<Body>, address: &str) -> Request<Body> {
    request
        .headers_mut()
        .insert("spin-client-addr", format!("{address}:50000").parse().unwrap());
    request
}

/// A request whose body is exactly this text.
fn raw(path: &str, media_type: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = post(path, "", &Value::Null);
    request
        .headers_mut()
        .insert("content-type", media_type.parse().unwrap());
    *request.body_mut() = body.into();
    request
}
