//! The whole path of a person, from registering to logging out.

use realcare_blackbox::{App, Person, contract, refusal, signal, success};
use serde_json::json;

// AUTH-1 to AUTH-7, AUTH-11, AUTH-17, SIG-1 to SIG-3, CON-1, GUARD-2
#[test]
fn from_registering_to_a_refused_token() {
    let app = App::start();
    let client = app.client();

    let mut person = Person::registered(&app);
    let mail = &person.mails(client)[0];
    assert_eq!(mail["template"], "verify_email");
    assert!(mail["body"].as_str().unwrap().contains(&person.one_time_token));
    person.verify(client);

    let answer = person.login(client);
    success(&answer, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 30 * 60);
    assert_eq!(tokens["refresh_expires_in"], 30 * 24 * 3600);
    person.keep(&answer);

    let me = client.get("/api/v1/auth/me").bearer(&person.access).send();
    success(&me, 200);
    let me = me.json();
    assert_eq!(me["email"], person.email.as_str());
    assert_eq!(me["name"], "홍길동");
    assert_eq!(
        (&me["email_verified"], &me["tier"], &me["role"]),
        (&json!(true), &json!("free"), &json!("user"))
    );

    signals(&app, &person);
    contracts(&app, &person);

    let first = person.clone();
    let body = json!({"refresh_token": person.refresh});
    let answer = client.post("/api/v1/auth/refresh").json(&body).send();
    success(&answer, 200);
    person.keep(&answer);
    assert_ne!(person.refresh, first.refresh);
    assert_ne!(person.access, first.access);

    success(
        &client.post("/api/v1/auth/logout").bearer(&person.access).send(),
        204,
    );
    for access in [&first.access, &person.access] {
        for route in ["/api/v1/auth/me", "/api/v1/signals", "/api/v1/signals/mine"] {
            refusal(&client.get(route).bearer(access).send(), 401, "invalid_token");
        }
        let created = client
            .post("/api/v1/contracts")
            .bearer(access)
            .json(&contract())
            .send();
        refusal(&created, 401, "invalid_token");
    }
    for refresh in [&first.refresh, &person.refresh] {
        let answer = client
            .post("/api/v1/auth/refresh")
            .json(&json!({"refresh_token": refresh}))
            .send();
        refusal(&answer, 401, "invalid_refresh_token");
    }
    person.sign_in(client);
    success(&client.get("/api/v1/auth/me").bearer(&person.access).send(), 200);
}

fn signals(app: &App, person: &Person) {
    let client = app.client();
    let created = client
        .post("/api/v1/signals")
        .bearer(&person.access)
        .json(&signal())
        .send();
    success(&created, 201);
    let id = created.string("/id");
    let path = format!("/api/v1/signals/{id}");
    assert_eq!(created.header("location"), Some(path.as_str()));
    let view = created.json();
    for (field, value) in signal().as_object().unwrap() {
        assert_eq!(&view[field], value, "{field}");
    }
    assert_eq!(
        (&view["owned"], &view["state"], &view["version"]),
        (&json!(true), &json!("active"), &json!(1))
    );
    let time = view["created_at"].as_str().unwrap();
    assert!(
        time.len() == 27 && time.ends_with('Z') && time.as_bytes()[19] == b'.',
        "{time}"
    );

    let read = client.get(&path).bearer(&person.access).send();
    success(&read, 200);
    assert_eq!(read.json(), view);
    for list in ["/api/v1/signals", "/api/v1/signals/mine"] {
        let found = client.get(list).bearer(&person.access).send();
        success(&found, 200);
        assert_eq!(
            found.json(),
            json!({"items": [view], "next_cursor": null}),
            "{list}"
        );
    }

    success(&client.delete(&path).bearer(&person.access).send(), 204);
    refusal(&client.get(&path).bearer(&person.access).send(), 404, "not_found");
    refusal(
        &client.delete(&path).bearer(&person.access).send(),
        404,
        "not_found",
    );
    for list in ["/api/v1/signals", "/api/v1/signals/mine"] {
        let found = client.get(list).bearer(&person.access).send();
        assert_eq!(found.json()["items"], json!([]), "{list}");
    }
}

fn contracts(app: &App, person: &Person) {
    let client = app.client();
    let created = client
        .post("/api/v1/contracts")
        .bearer(&person.access)
        .json(&contract())
        .send();
    success(&created, 201);
    let path = format!("/api/v1/contracts/{}", created.string("/id"));
    assert_eq!(created.header("location"), Some(path.as_str()));
    let view = created.json();
    for (field, value) in contract()
        .as_object()
        .unwrap()
        .iter()
        .filter(|(field, _)| *field != "document_text")
    {
        assert_eq!(&view[field], value, "{field}");
    }
    assert_eq!(view["state"], "draft");
    let read = client.get(&path).bearer(&person.access).send();
    success(&read, 200);
    assert_eq!(read.json(), view);
}

// AUTH-3
#[test]
fn login_takes_the_oauth2_password_form() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::registered(&app);
    person.verify(client);
    let password = person.password.replace('!', "%21");
    let form = format!(
        "grant_type=password&username={}&password={password}",
        person.email.replace('@', "%40")
    );
    let answer = client.post("/api/v1/auth/login").form(&form).send();
    success(&answer, 200);
    person.keep(&answer);
    success(&client.get("/api/v1/auth/me").bearer(&person.access).send(), 200);

    let wrong = form.replace("grant_type=password", "grant_type=client_credentials");
    let answer = client.post("/api/v1/auth/login").form(&wrong).send();
    let problem = refusal(&answer, 422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/grant_type");
    let missing = client
        .post("/api/v1/auth/login")
        .form("grant_type=password")
        .send();
    assert_eq!(
        refusal(&missing, 422, "validation_failed")["errors"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

// OPS-1
#[test]
fn health_is_live_and_ready_without_a_token() {
    let app = App::start();
    let live = app.client().get("/health/live").send();
    success(&live, 200);
    assert_eq!(live.json(), json!({"status": "pass"}));
    let ready = app.client().get("/health/ready").send();
    success(&ready, 200);
    assert_eq!(ready.json()["status"], "pass");
    for check in ready.json()["checks"].as_array().unwrap() {
        assert_eq!(check["status"], "pass", "{check}");
    }
}
