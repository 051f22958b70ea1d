//! People and what they send.

use serde_json::{Value, json};

use crate::app::App;
use crate::client::{Answer, Client};
use crate::expect::success;
use crate::secrets::{nonce, read_token};

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The one-time token that verified the address; empty before.
    pub one_time_token: String,
    /// The newest access token; empty before signing in.
    pub access: String,
    /// The newest refresh token; empty before signing in.
    pub refresh: String,
}

impl Person {
    /// Somebody whom nobody knows yet.
    pub fn stranger() -> Self {
        let name = nonce().to_lowercase();
        Self {
            email: format!("p.{name}@example.com"),
            password: format!("Kx7!{}", nonce()),
            one_time_token: String::new(),
            access: String::new(),
            refresh: String::new(),
        }
    }

    /// Somebody who registered, verified the address and signed in.
    pub fn signed_in(app: &App) -> Self {
        let mut person = Self::registered(app);
        person.verify(app.client());
        person.sign_in(app.client());
        person
    }

    /// Somebody who registered and has not verified the address.
    pub fn registered(app: &App) -> Self {
        let mut person = Self::stranger();
        success(&person.register(app.client()), 202);
        let mails = person.mails(app.client());
        assert_eq!(mails.len(), 1, "{mails:?}");
        person.one_time_token = mails[0]["token"]
            .as_str()
            .expect("a token in the mail")
            .to_owned();
        person
    }

    /// Asks for an account.
    pub fn register(&self, client: &Client) -> Answer {
        self.attempt_to_register(client).expect("the server answers")
    }

    /// Asks a server that may be gone.
    pub fn attempt_to_register(&self, client: &Client) -> Option<Answer> {
        let body = json!({"email": self.email, "password": self.password, "name": "홍길동"});
        client.post("/api/v1/auth/register").json(&body).attempt().ok()
    }

    /// The mails in the development outbox, newest first.
    pub fn mails(&self, client: &Client) -> Vec<Value> {
        let outbox = client.get("/api/v1/dev/outbox").send();
        success(&outbox, 200);
        let items = outbox.json()["items"].as_array().expect("a list").clone();
        items
            .into_iter()
            .filter(|mail| mail["to"] == self.email.as_str())
            .collect()
    }

    /// Shows that the address is one's own.
    pub fn verify(&self, client: &Client) {
        let answer = client
            .post("/api/v1/auth/verify-email")
            .json(&json!({"token": self.one_time_token}));
        success(&answer.send(), 204);
    }

    /// Asks to be signed in.
    pub fn login(&self, client: &Client) -> Answer {
        login(client, &self.email, &self.password)
    }

    /// Signs in and keeps the tokens.
    pub fn sign_in(&mut self, client: &Client) {
        let answer = self.login(client);
        success(&answer, 200);
        self.keep(&answer);
    }

    /// Keeps the tokens of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        self.access = answer.string("/access_token");
        self.refresh = answer.string("/refresh_token");
    }

    /// An access token of the same sign-in that says that the person runs the service.
    pub fn as_admin(&self, app: &App) -> String {
        let (header, mut claims) = read_token(&self.access);
        claims["role"] = json!("admin");
        app.secrets.sign(&header, &claims)
    }

    /// Somebody who became an admin as operators do it, and signed in since.
    pub fn admin(app: &App) -> Self {
        let mut person = Self::registered(app);
        person.verify(app.client());
        app.xtask(&["admin", "grant", &person.email]);
        person.sign_in(app.client());
        person
    }

    /// A verified agent (AUTH-19), signed in since; and the id of the agent.
    pub fn verified_agent(app: &App, admin: &Self) -> (Self, String) {
        let client = app.client();
        let mut person = Self::signed_in(app);
        let registered = person.register_as_agent(client, &licence_number());
        success(&registered, 201);
        let id = registered.string("/id");
        let verify = format!("/api/v1/admin/agents/{id}/verify");
        success(&client.post(&verify).bearer(&admin.access).send(), 200);
        person.sign_in(client);
        (person, id)
    }

    /// Registers as an agent.
    pub fn register_as_agent(&self, client: &Client, licence_number: &str) -> Answer {
        let body = json!({"licence_number": licence_number});
        client
            .post("/api/v1/agents")
            .bearer(&self.access)
            .json(&body)
            .send()
    }

    /// The own account.
    pub fn me(&self, client: &Client) -> Answer {
        client.get("/api/v1/auth/me").bearer(&self.access).send()
    }

    /// Publishes a signal; gives its id.
    pub fn publish(&self, client: &Client, signal: &Value) -> String {
        let answer = client
            .post("/api/v1/signals")
            .bearer(&self.access)
            .json(signal)
            .send();
        success(&answer, 201);
        answer.string("/id")
    }
}

/// A licence number that no other test of the process uses.
pub fn licence_number() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("11680-2023-{:05}", NEXT.fetch_add(1, Ordering::SeqCst))
}

/// Asks to be signed in.
pub fn login(client: &Client, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    client.post("/api/v1/auth/login").json(&body).send()
}

/// A signal that is in order.
pub fn signal() -> Value {
    json!({
        "intent": "jeonse", "property_type": "apartment", "region_code": "1168010100",
        "address": "서울특별시 강남구 역삼로 123, 101동 1203호", "area_m2": 84.97, "floor": 12, "rooms": 3,
        "deposit": 850_000_000, "available_from": "2030-03-01", "description": "남향, 역세권\n즉시 입주 가능",
        "visibility": "public",
    })
}

/// A contract that is in order.
pub fn contract() -> Value {
    json!({
        "kind": "jeonse", "role": "tenant", "address": "서울특별시 강남구 역삼로 123, 101동 1203호",
        "deposit": 850_000_000, "contract_date": "2030-01-10", "interim_date": "2030-02-01",
        "balance_date": "2030-03-01", "move_in_date": "2030-03-02", "counterparty_name": "김임대",
        "document_text": "전세 계약서\n제1조 보증금은 금 팔억오천만원으로 한다.",
    })
}
