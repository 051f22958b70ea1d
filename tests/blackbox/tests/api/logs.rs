//! The log: what it must say and what it must never say.

use realcare_blackbox::{App, Person, contract, login, refusal, signal, success, together};
use serde_json::json;

// GUARD-10
#[test]
fn no_secret_reaches_the_log() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::registered(&app);
    let mut secrets = vec![person.password.clone(), person.one_time_token.clone()];
    person.verify(client);
    person.sign_in(client);
    secrets.extend([person.access.clone(), person.refresh.clone()]);
    let rotated = client
        .post("/api/v1/auth/refresh")
        .json(&json!({"refresh_token": person.refresh}))
        .send();
    success(&rotated, 200);
    person.keep(&rotated);
    secrets.extend([person.access.clone(), person.refresh.clone()]);
    person.publish(client, &signal());
    success(
        &client
            .post("/api/v1/contracts")
            .bearer(&person.access)
            .json(&contract())
            .send(),
        201,
    );

    // Where they do not belong.
    let wrong = "Wrong-password-1".to_owned();
    refusal(&login(client, &person.email, &wrong), 401, "invalid_credentials");
    secrets.push(wrong);
    for secret in [
        &person.access,
        &person.refresh,
        &person.one_time_token,
        &person.password,
    ] {
        let _ = client
            .get(&format!("/api/v1/signals/{secret}"))
            .bearer(&person.access)
            .send();
        let _ = client
            .get(&format!("/api/v1/signals?cursor={secret}"))
            .bearer(&person.access)
            .send();
        let _ = client.get(&format!("/nope/{secret}?token={secret}")).send();
        let _ = client.get("/api/v1/auth/me").bearer(&format!("{secret}x")).send();
        let _ = client
            .post(&format!("/api/v1/auth/refresh?token={secret}"))
            .json(&json!({}))
            .send();
        let _ = client
            .post("/api/v1/auth/register")
            .json(&json!({ secret.as_str(): 1 }))
            .send();
        let _ = client.get("/health/live").header("user-agent", secret).send();
    }
    let last = client
        .get("/health/live")
        .header("x-request-id", "last-of-them")
        .send();
    success(&last, 200);
    assert_eq!(
        app.log()
            .await_events("request", "request_id", "last-of-them")
            .len(),
        1
    );

    secrets.extend([
        app.secrets.cursor_key.clone(),
        app.secrets.signing_key.clone(),
        app.secrets.internal_key.clone(),
    ]);
    secrets.extend(app.secrets.signing_key.split(':').nth(1).map(str::to_owned));
    let log = app.log().text();
    for secret in secrets {
        let found = log.lines().find(|line| line.contains(&secret));
        assert_eq!(found, None, "{secret}");
    }
    // Personal data has no business there either.
    for text in [&person.email, "홍길동", "역삼로", "팔억오천만원"] {
        assert!(!log.contains(text), "{text}");
    }
}

// GUARD-10
#[test]
fn every_request_is_one_line_that_names_it() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let nowhere = "/api/v1/contracts/01890000-0000-7000-8000-000000000000";
    for (number, (path, status, route)) in [
        ("/health/live", 200, "/health/live"),
        ("/api/v1/auth/me", 200, "/api/v1/auth/me"),
        ("/api/v1/signals?limit=5", 200, "/api/v1/signals"),
        (nowhere, 404, "/api/v1/contracts/{id}"),
        ("/nope", 404, "unmatched"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("logged-request-{number}");
        let answer = client
            .get(path)
            .bearer(&person.access)
            .header("x-request-id", &id)
            .send();
        assert_eq!(answer.status, status);
        let lines = app.log().await_events("request", "request_id", &id);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line = &lines[0];
        assert_eq!(
            (&line["method"], &line["route"]),
            (&json!("GET"), &json!(route)),
            "{line}"
        );
        assert_eq!(
            (&line["status"], &line["bytes"]),
            (&json!(status), &json!(answer.body.len())),
            "{line}"
        );
        assert!(
            line["latency_us"].is_u64() && line["fingerprint"].is_string(),
            "{line}"
        );
        let is_person = path.starts_with("/api/");
        assert_eq!(
            line["user_id"].is_string() && line["session_id"].is_string(),
            is_person,
            "{line}"
        );
    }
}

// GUARD-10
#[test]
fn lines_of_parallel_requests_do_not_mix() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let _ = together(64, |number| {
        let id = format!("parallel-request-{number}");
        client
            .get("/api/v1/signals")
            .bearer(&person.access)
            .header("x-request-id", &id)
            .send()
    });
    // Reading the events fails on half a line.
    for number in 0..64 {
        let id = format!("parallel-request-{number}");
        assert_eq!(
            app.log().await_events("request", "request_id", &id).len(),
            1,
            "{id}"
        );
    }
}

// GUARD-10
#[test]
fn security_events_have_stable_names() {
    let app = App::with().limit("anonymous", 1).start();
    let client = app.client();
    let event = |name: &str, id: &str| {
        let events = app.log().await_events(name, "request_id", id);
        assert_eq!(events.len(), 1, "{name}: {events:?}");
        events[0].clone()
    };
    let answer = client
        .get("/api/v1/auth/me")
        .bearer("a.b.c")
        .header("x-request-id", "bad-token-1")
        .send();
    refusal(&answer, 401, "invalid_token");
    assert_eq!(event("token_invalid", "bad-token-1")["reason"], "malformed");
    for id in ["limited-1", "limited-2", "limited-3"] {
        let _ = client
            .get("/.well-known/jwks.json")
            .header("x-request-id", id)
            .send();
    }
    // Of three calls at one a minute the last is refused, wherever the minute ends.
    assert_eq!(event("limit_exceeded", "limited-3")["class"], "anonymous");
    let body = json!({"email": "nobody@example.com", "password": "Wrong-password-1"});
    let answer = client
        .post("/api/v1/auth/login")
        .header("x-request-id", "bad-login-1")
        .json(&body)
        .send();
    refusal(&answer, 401, "invalid_credentials");
    event("login_failed", "bad-login-1");
}

// GUARD-10; W3C Trace Context, level 1
#[test]
fn a_trace_goes_on_and_a_malformed_one_begins_anew() {
    let app = App::start();
    let line = |id: &str, traceparent: &str| {
        let request = app.client().get("/health/live").header("x-request-id", id);
        success(&request.header("traceparent", traceparent).send(), 200);
        app.log().await_events("request", "request_id", id)[0].clone()
    };
    let good = line(
        "traced-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    assert_eq!(good["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(good["parent_span_id"], "00f067aa0ba902b7");
    assert!(
        good["span_id"]
            .as_str()
            .is_some_and(|id| id.len() == 16 && id != "00f067aa0ba902b7")
    );
    let bad = line(
        "traced-2",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    );
    assert!(
        bad["parent_span_id"].is_null() && bad["trace_id"] != good["trace_id"],
        "{bad}"
    );
    assert!(bad["trace_id"].as_str().is_some_and(|id| id.len() == 32));
}

// GUARD-10, GUARD-11: the rows hold what must be held, and of secrets only hashes.
#[test]
fn no_secret_reaches_the_database() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::signed_in(&app);
    let mut secrets = vec![
        person.password.clone(),
        person.access.clone(),
        person.refresh.clone(),
    ];
    let body = json!({"refresh_token": person.refresh});
    let rotated = client.post("/api/v1/auth/refresh").json(&body).send();
    person.keep(&rotated);
    secrets.extend([person.access.clone(), person.refresh.clone()]);
    refusal(
        &login(client, &person.email, "Wrong-password-1"),
        401,
        "invalid_credentials",
    );
    secrets.push("Wrong-password-1".to_owned());
    success(
        &client.post("/api/v1/auth/logout").bearer(&person.access).send(),
        204,
    );

    let mut searched = 0;
    for (name, bytes) in app.place().stored() {
        searched += bytes.len();
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {name}");
        }
    }
    assert!(searched > 10_000, "database and stores were searched");
}
