//! What admins do with accounts and tokens.

use http::Method;
use realcare_blackbox::{Answer, App, Client, Person, refusal, success};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/admin/users";

fn id(person: &Person, client: &Client) -> String {
    person.me(client).string("/id")
}

fn put(client: &Client, admin: &Person, path: &str, body: &Value) -> Answer {
    client
        .request(Method::PUT, path)
        .bearer(&admin.access)
        .json(body)
        .send()
}

fn refresh(client: &Client, person: &mut Person) {
    let answer = client
        .post("/api/v1/auth/refresh")
        .json(&json!({"refresh_token": person.refresh}))
        .send();
    success(&answer, 200);
    person.keep(&answer);
}

// AUTH-13: the first admin is made by the operator's command, which is in the audit log.
#[test]
fn the_operator_makes_the_first_admin_and_takes_the_role_back() {
    let app = App::start();
    let client = app.client();
    let mut admin = Person::admin(&app);
    success(&client.get(USERS).bearer(&admin.access).send(), 200);
    let events = client
        .get("/api/v1/admin/audit-events?action=role_changed")
        .bearer(&admin.access)
        .send();
    assert_eq!(events.json()["items"][0]["endpoint"], "cargo xtask admin");
    assert_eq!(events.json()["items"][0]["object_id"], id(&admin, client));
    app.xtask(&["admin", "revoke", &admin.email]);
    refresh(client, &mut admin);
    refusal(&client.get(USERS).bearer(&admin.access).send(), 403, "forbidden");
}

// AUTH-13, CONV-5
#[test]
fn accounts_are_searched() {
    let app = App::start();
    let client = app.client();
    let admin = Person::admin(&app);
    let people: Vec<_> = (0..3).map(|_| Person::registered(&app)).collect();
    let find = |query: &str| {
        let answer = client
            .get(&format!("{USERS}?{query}"))
            .bearer(&admin.access)
            .send();
        success(&answer, 200);
        answer
    };
    let found = find(&format!("q={}", people[1].email.to_uppercase()));
    assert_eq!(found.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(found.string("/items/0/email"), people[1].email);
    let unverified = find("state=unverified&limit=2");
    assert_eq!(unverified.string("/items/0/email"), people[2].email);
    let rest = find(&format!(
        "state=unverified&limit=2&cursor={}",
        unverified.string("/next_cursor")
    ));
    assert_eq!(rest.string("/items/0/email"), people[0].email);
    assert_eq!(find("role=admin").string("/items/0/email"), admin.email);
    assert_eq!(find("q=%25").json()["items"], json!([]));
}

// AUTH-13, CONV-6, GUARD-3
#[test]
fn a_tier_and_a_role_are_set() {
    let app = App::start();
    let client = app.client();
    let admin = Person::admin(&app);
    let mut person = Person::signed_in(&app);
    let path = format!("{USERS}/{}", id(&person, client));
    let tiered = put(
        client,
        &admin,
        &format!("{path}/tier"),
        &json!({"tier": "premium"}),
    );
    success(&tiered, 200);
    refresh(client, &mut person);
    assert_eq!(person.me(client).string("/tier"), "premium");

    let stale = client
        .request(Method::PUT, &format!("{path}/role"))
        .bearer(&admin.access)
        .header("if-match", "\"v1\"")
        .json(&json!({"role": "admin"}))
        .send();
    refusal(&stale, 412, "precondition_failed");
    success(
        &put(client, &admin, &format!("{path}/role"), &json!({"role": "admin"})),
        200,
    );
    refusal(&person.me(client), 401, "invalid_token");
    refresh(client, &mut person);
    success(&client.get(USERS).bearer(&person.access).send(), 200);
    success(
        &put(client, &admin, &format!("{path}/role"), &json!({"role": "user"})),
        200,
    );
    refusal(
        &client.get(USERS).bearer(&person.access).send(),
        401,
        "invalid_token",
    );

    let own = format!("{USERS}/{}/role", id(&admin, client));
    refusal(
        &put(client, &admin, &own, &json!({"role": "user"})),
        403,
        "forbidden",
    );
}

// AUTH-13, GUARD-2
#[test]
fn the_tokens_of_one_person_are_void_at_once_in_every_component() {
    let app = App::start();
    let client = app.client();
    let admin = Person::admin(&app);
    let (person, bystander) = (Person::signed_in(&app), Person::signed_in(&app));
    success(&person.me(client), 200);
    let path = format!("{USERS}/{}/revoke-tokens", id(&person, client));
    success(&client.post(&path).bearer(&admin.access).send(), 204);
    for route in ["/api/v1/auth/me", "/api/v1/signals", "/api/v1/signals/mine"] {
        refusal(
            &client.get(route).bearer(&person.access).send(),
            401,
            "invalid_token",
        );
        success(&client.get(route).bearer(&bystander.access).send(), 200);
    }
}

// AUTH-13, GUARD-2
#[test]
fn the_tokens_of_everybody_are_void_at_once_in_every_component() {
    let app = App::start();
    let client = app.client();
    let mut admin = Person::admin(&app);
    let people: Vec<_> = (0..8).map(|_| Person::signed_in(&app)).collect();
    for person in &people {
        success(&person.me(client), 200);
        success(&client.get("/api/v1/signals").bearer(&person.access).send(), 200);
    }
    let everybody = client
        .post("/api/v1/admin/revoke-all-tokens")
        .bearer(&admin.access)
        .send();
    success(&everybody, 204);
    for person in people.iter().chain([&admin]) {
        for route in ["/api/v1/auth/me", "/api/v1/signals"] {
            refusal(
                &client.get(route).bearer(&person.access).send(),
                401,
                "invalid_token",
            );
        }
        let refresh = json!({"refresh_token": person.refresh});
        let answer = client.post("/api/v1/auth/refresh").json(&refresh).send();
        refusal(&answer, 401, "invalid_refresh_token");
    }
    admin.sign_in(client);
    success(&admin.me(client), 200);
    success(&Person::signed_in(&app).me(client), 200);
    let events = client.get("/api/v1/admin/audit-events?action=every_token_revoked");
    let events = events.bearer(&admin.access).send();
    assert_eq!(events.json()["items"].as_array().unwrap().len(), 1);
}
