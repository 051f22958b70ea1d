//! The audit log.

use realcare_blackbox::{Answer, App, Person, refusal, signal, success};
use serde_json::{Value, json};

const EVENTS: &str = "/api/v1/admin/audit-events";

fn events(app: &App, admin: &str, query: &str) -> Vec<Value> {
    let answer: Answer = app
        .client()
        .get(&format!("{EVENTS}?{query}"))
        .bearer(admin)
        .send();
    success(&answer, 200);
    answer.json()["items"].as_array().expect("a list").clone()
}

// GUARD-11
#[test]
fn what_somebody_does_is_recorded_with_the_request_that_did_it() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let admin = person.as_admin(&app);
    let create = client.post("/api/v1/signals").bearer(&person.access);
    let created = create
        .header("x-request-id", "the-creation")
        .json(&signal())
        .send();
    success(&created, 201);
    let id = created.string("/id");
    let path = format!("/api/v1/signals/{id}");
    success(&client.delete(&path).bearer(&person.access).send(), 204);
    // What changes nothing is no event.
    refusal(
        &client.delete(&path).bearer(&person.access).send(),
        404,
        "not_found",
    );

    let of_signal = events(&app, &admin, &format!("object_id={id}"));
    let actions: Vec<_> = of_signal.iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions, [json!("signal_deleted"), json!("signal_created")]);
    let creation = &of_signal[1];
    let me = client
        .get("/api/v1/auth/me")
        .bearer(&person.access)
        .send()
        .string("/id");
    for (field, value) in [
        ("request_id", "the-creation"),
        ("actor_id", &me),
        ("object_kind", "signal"),
        ("outcome", "success"),
        ("method", "POST"),
        ("endpoint", "/api/v1/signals"),
    ] {
        assert_eq!(creation[field], value, "{creation}");
    }
    let logged = app.log().await_events("request", "request_id", "the-creation");
    for field in ["fingerprint", "session_id"] {
        assert_eq!(creation[field], logged[0][field], "{field}");
    }
    let mine = events(&app, &admin, &format!("actor_id={me}&action=session_started"));
    assert_eq!(mine.len(), 1, "{mine:?}");
}

// GUARD-11
#[test]
fn a_refresh_token_that_came_twice_is_a_failure_in_the_log() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let admin = Person::signed_in(&app).as_admin(&app);
    let refresh = |token: &str| {
        let body = json!({"refresh_token": token});
        app.client().post("/api/v1/auth/refresh").json(&body).send()
    };
    let second = refresh(&person.refresh).string("/refresh_token");
    success(&refresh(&second), 200);
    refusal(&refresh(&person.refresh), 401, "invalid_refresh_token");
    let reuse = events(&app, &admin, "outcome=failure&action=refresh_token_reused");
    assert_eq!(reuse.len(), 1, "{reuse:?}");
}

// GUARD-11, CONV-5
#[test]
fn the_log_is_read_by_admins_page_by_page() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    refusal(&client.get(EVENTS).send(), 401, "authentication_required");
    refusal(
        &client.get(EVENTS).bearer(&person.access).send(),
        403,
        "forbidden",
    );

    let admin = person.as_admin(&app);
    for _ in 0..5 {
        person.publish(client, &signal());
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client
            .get(&format!("{EVENTS}?limit=2&action=signal_created{cursor}"))
            .bearer(&admin)
            .send();
        success(&page, 200);
        let page = page.json();
        seen.extend(
            page["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|event| event["id"].clone()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 5, "nothing comes twice");
    for bad in [
        "action=nonsense",
        "from=yesterday",
        "actor_id=x",
        "outcome=maybe",
        "unknown=1",
    ] {
        refusal(
            &client.get(&format!("{EVENTS}?{bad}")).bearer(&admin).send(),
            400,
            "invalid_query",
        );
    }
    assert_eq!(events(&app, &admin, "until=2020-01-01T00:00:00Z").len(), 0);
}
