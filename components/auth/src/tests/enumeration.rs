//! Whether an account exists: neither the answer nor the work tells (AUTH-1, AUTH-2, AUTH-3, AUTH-8).

use serde_json::{Value, json};
use testkit::Answer;

use super::{App, PASSWORD};

/// What an outsider sees, and what it costs: the answer, the statements, the hashes.
type Seen = (u16, Value, Vec<(String, String)>, Vec<String>, usize);

async fn seen(app: &App, path: &str, body: &Value) -> Seen {
    app.world.clock.advance_seconds(180);
    app.world.statements.take();
    let hashes = app.auth.hasher.hashes();
    let mut answer: Answer = app.post(path, body).await;
    let statements = app.world.statements.take();
    answer.headers.remove("x-request-id");
    answer.headers.remove("server-timing");
    if let Some(id) = answer.json.get_mut("request_id") {
        *id = Value::Null;
    }
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let hashes = app.auth.hasher.hashes() - hashes;
    (answer.status.as_u16(), answer.json, headers, statements, hashes)
}

async fn people() -> App {
    let app = App::new();
    app.sign_in("verified@example.com").await;
    app.register("unverified@example.com").await.expect(202);
    app.world.clock.advance_seconds(180);
    app
}

const ADDRESSES: [&str; 3] = [
    "unknown@example.com",
    "unverified@example.com",
    "verified@example.com",
];

async fn alike(path: &str, body: impl Fn(&str) -> Value) -> Seen {
    let app = people().await;
    let mut all = Vec::new();
    for address in ADDRESSES {
        all.push(seen(&app, path, &body(address)).await);
    }
    for (address, one) in ADDRESSES.iter().zip(&all) {
        assert_eq!(*one, all[0], "{path} for {address}");
    }
    all.remove(0)
}

#[tokio::test]
async fn signing_in_with_a_wrong_password() {
    let path = "/api/v1/auth/login";
    let (status, _, _, statements, hashes) =
        alike(path, |email| json!({"email": email, "password": "Wrong-horse-7"})).await;
    assert_eq!((status, statements.len(), hashes), (401, 2, 1));
}

#[tokio::test]
async fn registering() {
    let path = "/api/v1/auth/register";
    let body = |email: &str| json!({"email": email, "password": PASSWORD, "name": "A person"});
    let (status, _, _, statements, hashes) = alike(path, body).await;
    assert_eq!((status, statements.len(), hashes), (202, 1, 1));
}

#[tokio::test]
async fn asking_for_a_mail() {
    for path in [
        "/api/v1/auth/resend-verification",
        "/api/v1/auth/request-password-reset",
    ] {
        let (status, _, _, statements, hashes) = alike(path, |email| json!({"email": email})).await;
        assert_eq!((status, statements.len(), hashes), (202, 1, 0), "{path}");
    }
}

#[tokio::test]
async fn a_lock() {
    let app = people().await;
    let wrong = |email: &str| json!({"email": email, "password": "Wrong-horse-7"});
    let path = "/api/v1/auth/login";
    let mut rounds = Vec::new();
    for address in ["unknown@example.com", "verified@example.com"] {
        let mut round = Vec::new();
        for _ in 0..13 {
            round.push(seen(&app, path, &wrong(address)).await);
        }
        // The right password does not tell either.
        let right = json!({"email": address, "password": PASSWORD});
        round.push(seen(&app, path, &right).await);
        assert!(round.iter().all(|one| *one == round[0]), "{address}");
        rounds.push(round);
    }
    assert_eq!(rounds[0], rounds[1]);
}

#[tokio::test]
async fn a_sign_in_is_two_statements_and_a_hash() {
    let app = people().await;
    let body = json!({"email": "verified@example.com", "password": PASSWORD});
    let (status, _, _, statements, hashes) = seen(&app, "/api/v1/auth/login", &body).await;
    assert_eq!((status, statements.len(), hashes), (200, 2, 1));
}
