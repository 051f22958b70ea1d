//! What others see of one's things: nothing, or less.

use realcare_blackbox::{App, Person, contract, refusal, signal, success};
use serde_json::{Value, json};

// CONV-9, CON-1
#[test]
fn another_persons_contract_is_not_there() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let created = client
        .post("/api/v1/contracts")
        .bearer(&owner.access)
        .json(&contract())
        .send();
    success(&created, 201);
    let path = format!("/api/v1/contracts/{}", created.string("/id"));
    let hidden = client.get(&path).bearer(&other.access).send();
    refusal(&hidden, 404, "not_found");
    let nowhere = "/api/v1/contracts/01890000-0000-7000-8000-000000000000";
    let absent = client.get(nowhere).bearer(&other.access).send();
    refusal(&absent, 404, "not_found");
    let without_path = |mut json: Value| {
        json["instance"].take();
        json
    };
    assert_eq!(
        without_path(hidden.json_without_request_id()),
        without_path(absent.json_without_request_id())
    );
}

// CONV-9, CON-1
#[test]
fn a_contract_cannot_name_a_signal_that_its_person_does_not_see() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let mut private = signal();
    private["visibility"] = json!("private");
    let mut wanted = contract();
    wanted["signal_id"] = json!(owner.publish(client, &private));
    let answer = client
        .post("/api/v1/contracts")
        .bearer(&other.access)
        .json(&wanted)
        .send();
    let problem = refusal(&answer, 422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/signal_id");
    success(
        &client
            .post("/api/v1/contracts")
            .bearer(&owner.access)
            .json(&wanted)
            .send(),
        201,
    );
}

// SIG-3
#[test]
fn others_see_a_signal_without_its_address() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let id = owner.publish(client, &signal());
    let read = client
        .get(&format!("/api/v1/signals/{id}"))
        .bearer(&other.access)
        .send();
    success(&read, 200);
    let list = client.get("/api/v1/signals").bearer(&other.access).send();
    success(&list, 200);
    let view = read.json();
    assert_eq!(list.json()["items"][0], view);
    assert_eq!(
        (&view["owned"], &view["region_code"]),
        (&json!(false), &signal()["region_code"])
    );
    for (text, secret) in [
        (read.text(), "역삼로"),
        (list.text(), "역삼로"),
        (read.text(), "\"address\""),
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let mine = client.get("/api/v1/signals/mine").bearer(&other.access).send();
    assert_eq!(mine.json()["items"], json!([]));
}

// SIG-1, SIG-3
#[test]
fn private_and_agents_only_signals_are_hidden_from_others() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    for visibility in ["private", "agents_only"] {
        let mut hidden = signal();
        hidden["visibility"] = json!(visibility);
        let path = format!("/api/v1/signals/{}", owner.publish(client, &hidden));
        refusal(&client.get(&path).bearer(&other.access).send(), 404, "not_found");
        success(&client.get(&path).bearer(&owner.access).send(), 200);
    }
    let list = client.get("/api/v1/signals").bearer(&other.access).send();
    assert_eq!(list.json()["items"], json!([]));
}

// SIG-2, CONV-9
#[test]
fn nobody_deletes_another_persons_signal() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let path = format!("/api/v1/signals/{}", owner.publish(client, &signal()));
    refusal(
        &client.delete(&path).bearer(&other.access).send(),
        404,
        "not_found",
    );
    success(&client.get(&path).bearer(&owner.access).send(), 200);
}

// SIG-1
#[test]
fn a_price_that_does_not_fit_the_intent_is_named() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let mut sale = signal();
    sale["intent"] = json!("sale");
    let answer = app
        .client()
        .post("/api/v1/signals")
        .bearer(&person.access)
        .json(&sale)
        .send();
    let problem = refusal(&answer, 422, "validation_failed");
    let errors = problem["errors"].as_array().unwrap();
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error["pointer"].as_str(), error["code"].as_str()))
        .collect();
    let expected = [
        (Some("/asking_price"), Some("required")),
        (Some("/deposit"), Some("not_allowed")),
    ];
    assert_eq!(found, expected);
}
