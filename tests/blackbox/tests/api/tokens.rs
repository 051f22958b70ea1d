//! Access tokens: everything about them is pinned, and a key changes without signing anybody out.

use std::time::{SystemTime, UNIX_EPOCH};

use realcare_blackbox::{App, Person, Secrets, read_token, refusal, success};
use serde_json::{Value, json};

const ME: &str = "/api/v1/auth/me";

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn with(json: &Value, field: &str, value: Value) -> Value {
    let mut changed = json.clone();
    changed[field] = value;
    changed
}

fn without(json: &Value, field: &str) -> Value {
    let mut changed = json.clone();
    changed.as_object_mut().unwrap().remove(field);
    changed
}

// AUTH-4
#[test]
fn a_token_says_what_it_must() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let (header, claims) = read_token(&person.access);
    let (id, _) = app.secrets.signing_key.split_once(':').unwrap();
    assert_eq!(
        (&header["alg"], &header["typ"], &header["kid"]),
        (&json!("EdDSA"), &json!("at+jwt"), &json!(id))
    );
    assert_eq!(claims["iss"], "http://127.0.0.1:3000");
    assert_eq!(
        (&claims["tier"], &claims["role"], &claims["tv"]),
        (&json!("free"), &json!("user"), &json!(1))
    );
    for field in ["sub", "sid", "jti", "aud"] {
        assert!(
            claims[field].is_string() || field == "aud" && claims[field].is_array(),
            "{field} of {claims}"
        );
    }
    let time = |field: &str| {
        claims[field]
            .as_i64()
            .unwrap_or_else(|| panic!("{field} of {claims}"))
    };
    assert_eq!(time("exp") - time("iat"), 30 * 60);
    assert!(
        time("nbf") <= time("iat") && (now() - time("iat")).abs() < 60,
        "{claims}"
    );
    assert!(!person.access.contains(&person.email) && !claims.to_string().contains(&person.email));
    let me = app.client().get(ME).bearer(&person.access).send();
    assert_eq!(me.string("/id"), claims["sub"].as_str().unwrap());
}

// AUTH-4, GUARD-2
#[test]
fn a_token_that_is_signed_by_us_and_not_for_this_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let (header, claims) = read_token(&person.access);
    let get = |header: &Value, claims: &Value| {
        let token = app.secrets.sign(header, claims);
        app.client().get(ME).bearer(&token).send()
    };
    success(&get(&header, &with(&claims, "jti", json!("another"))), 200);

    for (field, value) in [
        ("typ", json!("JWT")),
        ("typ", json!("rt+jwt")),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("kid", json!("other")),
    ] {
        let answer = get(&with(&header, field, value.clone()), &claims);
        assert_eq!(answer.status, 401, "{field}: {value}");
        refusal(&answer, 401, "invalid_token");
    }
    for field in ["typ", "alg", "kid"] {
        assert_eq!(
            get(&without(&header, field), &claims).status,
            401,
            "without {field}"
        );
    }
    for (field, value) in [
        ("iss", json!("https://other.example.com")),
        ("iss", json!("http://127.0.0.1:3000/")),
        ("aud", json!("other")),
        ("aud", json!([])),
        ("sub", json!("not an id")),
        ("sid", json!("not an id")),
        ("tier", json!("platinum")),
        ("role", json!("root")),
        ("tv", json!("1")),
        ("exp", json!(now() - 45)),
        ("nbf", json!(now() + 45)),
        ("iat", json!(now() + 45)),
        ("exp", json!(-1)),
        ("exp", json!("never")),
    ] {
        let answer = get(&header, &with(&claims, field, value.clone()));
        assert_eq!(answer.status, 401, "{field}: {value}");
        refusal(&answer, 401, "invalid_token");
    }
    for field in [
        "iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "tier", "role", "tv",
    ] {
        assert_eq!(
            get(&header, &without(&claims, field)).status,
            401,
            "without {field}"
        );
    }
    // 30 s of leeway, for clocks that differ.
    success(&get(&header, &with(&claims, "exp", json!(now() - 15))), 200);
    success(&get(&header, &with(&claims, "nbf", json!(now() + 15))), 200);
}

// AUTH-4
#[test]
fn a_key_is_rotated_without_signing_anybody_out() {
    let old = Secrets::generate();
    let new = Secrets::generate();
    let both = format!("{},{}", new.verifying_keys, old.verifying_keys);
    let app = App::with()
        .variable("signing_key", &new.signing_key)
        .variable("verifying_keys", &both)
        .start();
    let person = Person::signed_in(&app);
    success(&app.client().get(ME).bearer(&person.access).send(), 200);
    let (header, claims) = read_token(&person.access);
    let (id, _) = old.signing_key.split_once(':').unwrap();
    let of_old_key = with(&header, "kid", json!(id));
    success(
        &app.client()
            .get(ME)
            .bearer(&old.sign(&of_old_key, &claims))
            .send(),
        200,
    );
    // The key is the one that the token names.
    refusal(
        &app.client().get(ME).bearer(&old.sign(&header, &claims)).send(),
        401,
        "invalid_token",
    );
    let keys = app.client().get("/.well-known/jwks.json").send();
    assert_eq!(keys.json()["keys"].as_array().unwrap().len(), 2);
}

// GUARD-2
#[test]
fn revoking_one_session_spares_the_others_of_its_shard() {
    let app = App::start();
    let people: Vec<_> = (0..6).map(|_| Person::signed_in(&app)).collect();
    for person in &people {
        success(&app.client().get(ME).bearer(&person.access).send(), 200);
    }
    success(
        &app.client()
            .post("/api/v1/auth/logout")
            .bearer(&people[0].access)
            .send(),
        204,
    );
    refusal(
        &app.client().get(ME).bearer(&people[0].access).send(),
        401,
        "invalid_token",
    );
    for person in &people[1..] {
        success(&app.client().get(ME).bearer(&person.access).send(), 200);
    }
}

// GUARD-10, AUTH-4; RFC 8725, section 2: each attack has its reason in the log and the same answer for the client.
#[test]
fn the_log_knows_why_a_token_was_refused_and_the_client_does_not() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let (header, claims) = read_token(&person.access);
    let sign = |header: &Value, claims: &Value| app.secrets.sign(header, claims);
    let own = |field: &str, value: Value| sign(&header, &with(&claims, field, value));
    let stranger = Secrets::generate();
    let jku = with(&header, "jku", json!("https://evil.example.com/keys"));
    let unsigned = {
        let token = sign(&with(&header, "alg", json!("none")), &claims);
        token[..=token.rfind('.').unwrap()].to_owned()
    };
    let cases = [
        (unsigned, "token_invalid", "wrong_algorithm"),
        (
            sign(&with(&header, "alg", json!("HS256")), &claims),
            "token_invalid",
            "wrong_algorithm",
        ),
        (
            sign(&with(&header, "kid", json!("other")), &claims),
            "token_invalid",
            "unknown_key",
        ),
        (stranger.sign(&jku, &claims), "token_invalid", "bad_signature"),
        (
            sign(&with(&header, "typ", json!("JWT")), &claims),
            "token_invalid",
            "wrong_type",
        ),
        (own("exp", json!(now() - 60)), "token_invalid", "expired"),
        (own("nbf", json!(now() + 60)), "token_invalid", "not_yet_valid"),
        (own("aud", json!("other")), "token_invalid", "wrong_audience"),
        (
            own("iss", json!("https://other.example.com")),
            "token_invalid",
            "wrong_issuer",
        ),
        (
            sign(&header, &without(&claims, "sub")),
            "subject_missing",
            "subject_missing",
        ),
        (own("sid", json!("x")), "token_invalid", "claim_missing"),
        (
            person.access[..person.access.len() - 3].to_owned(),
            "token_invalid",
            "malformed",
        ),
        (person.refresh.clone(), "token_invalid", "malformed"),
        ("a".repeat(8000), "token_invalid", "too_long"),
    ];
    let mut bodies = Vec::new();
    for (number, (token, event, reason)) in cases.iter().enumerate() {
        let id = format!("attack-number-{number}");
        let answer = app
            .client()
            .get(ME)
            .bearer(token)
            .header("x-request-id", &id)
            .send();
        refusal(&answer, 401, "invalid_token");
        bodies.push(answer.json_without_request_id());
        let events = app.log().await_events(event, "request_id", &id);
        assert_eq!(events.len(), 1, "{reason}: {events:?}");
        assert_eq!(events[0]["reason"], *reason, "{}", events[0]);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

// GUARD-9: a head that no token fits into does not get through, and the next request is answered.
#[test]
fn a_token_of_100_kilobytes_breaks_nothing() {
    let app = App::start();
    let long = "a".repeat(100_000);
    let request = format!("GET {ME} HTTP/1.1\r\nhost: realcare\r\nauthorization: Bearer {long}\r\n\r\n");
    if let Some(answer) = realcare_blackbox::exchange(app.address(), request.as_bytes()) {
        assert!([401, 400, 431].contains(&answer.status), "{answer:?}");
    }
    success(&app.client().get("/health/live").send(), 200);
}
