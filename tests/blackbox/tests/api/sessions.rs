//! Where somebody is signed in, and ending that.

use realcare_blackbox::{Answer, App, Client, Person, refusal, success, together};
use serde_json::{Value, json};

const SESSIONS: &str = "/api/v1/auth/sessions";

fn sessions(client: &Client, access: &str) -> Vec<Value> {
    let answer = client.get(SESSIONS).bearer(access).send();
    success(&answer, 200);
    answer.json()["items"].as_array().unwrap().clone()
}

fn end(client: &Client, access: &str, what: &str) -> Answer {
    client.delete(&format!("{SESSIONS}/{what}")).bearer(access).send()
}

/// Another sign-in of the same person.
fn elsewhere(app: &App, person: &Person) -> Person {
    let mut other = person.clone();
    other.sign_in(app.client());
    other
}

fn ended(app: &App, person: &Person) {
    let client = app.client();
    refusal(&person.me(client), 401, "invalid_token");
    let signals = client.get("/api/v1/signals").bearer(&person.access).send();
    refusal(&signals, 401, "invalid_token");
    let refresh = client
        .post("/api/v1/auth/refresh")
        .json(&json!({"refresh_token": person.refresh}))
        .send();
    refusal(&refresh, 401, "invalid_refresh_token");
}

// AUTH-12
#[test]
fn a_person_sees_device_client_and_address_of_each_sign_in() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    Person::signed_in(&app);
    let phone = "Mozilla/5.0 (Linux; Android 14; SM-S918N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36";
    let login = client
        .post("/api/v1/auth/login")
        .header("user-agent", phone)
        .json(&json!({"email": person.email, "password": person.password}))
        .send();
    success(&login, 200);
    let found = sessions(client, &person.access);
    assert_eq!(found.len(), 2, "{found:?}");
    let (theirs, own) = (&found[0], &found[1]);
    assert_eq!(
        (&theirs["current"], &own["current"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(theirs["device"], "mobile");
    assert_eq!(theirs["client"], "Samsung Internet");
    assert_eq!(theirs["os"], "Android");
    assert_eq!(
        (&theirs["ip"], &theirs["place"]),
        (&json!("127.0.0.1"), &Value::Null)
    );
    for time in ["created_at", "last_used_at", "expires_at"] {
        assert_eq!(theirs[time].as_str().unwrap().len(), 27, "{theirs}");
    }
    let first = client
        .get(&format!("{SESSIONS}?limit=1"))
        .bearer(&person.access)
        .send();
    let path = format!("{SESSIONS}?limit=1&cursor={}", first.string("/next_cursor"));
    let second = client.get(&path).bearer(&person.access).send();
    assert_eq!(second.json()["items"][0]["id"], own["id"]);
    assert_eq!(second.json()["next_cursor"], Value::Null);
}

// AUTH-12
#[test]
fn a_place_comes_from_the_operators_file() {
    let app = App::start();
    let file = app.folder().join("places.csv");
    std::fs::write(&file, "127.0.0.0,127.255.255.255,KR,Seoul\n").unwrap();
    app.xtask(&["places", file.to_str().unwrap(), "--columns", "4,3"]);
    let person = Person::signed_in(&app);
    assert_eq!(sessions(app.client(), &person.access)[0]["place"], "Seoul, KR");
}

// AUTH-12, GUARD-2, CONV-9
#[test]
fn one_sign_in_is_ended_and_nobody_elses() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let other = elsewhere(&app, &person);
    let stranger = Person::signed_in(&app);
    for one in [&person, &other, &stranger] {
        success(&one.me(client), 200);
    }
    let id = sessions(client, &other.access)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    refusal(&end(client, &stranger.access, &id), 404, "not_found");
    success(&other.me(client), 200);
    success(&end(client, &person.access, &id), 204);
    ended(&app, &other);
    success(&person.me(client), 200);
    success(&stranger.me(client), 200);
}

// AUTH-12, GUARD-2
#[test]
fn the_others_are_ended_and_this_one_goes_on() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let others: Vec<_> = (0..5).map(|_| elsewhere(&app, &person)).collect();
    let stranger = Person::signed_in(&app);
    for one in others.iter().chain([&stranger]) {
        success(&one.me(client), 200);
    }
    success(&end(client, &person.access, "others"), 204);
    for other in &others {
        ended(&app, other);
    }
    success(&person.me(client), 200);
    success(&stranger.me(client), 200);
    assert_eq!(sessions(client, &person.access).len(), 1);
}

// AUTH-7, AUTH-12, AUTH-13
#[test]
fn all_are_ended_also_those_that_refresh_meanwhile() {
    let app = App::start();
    let client = app.client();
    for path in ["/api/v1/auth/logout-all", "/api/v1/auth/sessions/all"] {
        let person = Person::signed_in(&app);
        let others: Vec<_> = (0..6).map(|_| elsewhere(&app, &person)).collect();
        let answers = together(7, |number| match others.get(number) {
            Some(other) => client
                .post("/api/v1/auth/refresh")
                .json(&json!({"refresh_token": other.refresh}))
                .send(),
            None if path.ends_with("logout-all") => client.post(path).bearer(&person.access).send(),
            None => client.delete(path).bearer(&person.access).send(),
        });
        success(&answers[6], 204);
        ended(&app, &person);
        for (answer, other) in answers.iter().zip(&others) {
            let mut other = other.clone();
            if answer.status == 200 {
                other.keep(answer);
            }
            ended(&app, &other);
        }
        // One may begin anew, and nothing of before comes back.
        let anew = elsewhere(&app, &person);
        success(&anew.me(client), 200);
        assert_eq!(sessions(client, &anew.access).len(), 1);
    }
    let events = "SELECT COUNT(*) FROM audit_events WHERE action = 'every_session_ended'";
    assert_eq!(app.value(events), "2", "one event for each time");
}
