//! Estate agents.

use realcare_blackbox::{App, Person, licence_number, refusal, signal, success, together};
use serde_json::{Value, json};

// AUTH-19, CONV-3
#[test]
fn a_person_registers_as_an_agent_once() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let licence = licence_number();
    let answers = together(8, |_| person.register_as_agent(client, &licence));
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(good.len(), 1);
    for answer in bad {
        refusal(answer, 409, "already_exists");
    }
    let mine = client.get("/api/v1/agents/me").bearer(&person.access).send();
    success(&mine, 200);
    assert_eq!(mine.json(), good[0].json());
    assert_eq!(
        (&mine.json()["rating"], &mine.json()["success_rate"]),
        (&Value::Null, &Value::Null)
    );
    let other = Person::signed_in(&app);
    refusal(&other.register_as_agent(client, &licence), 409, "already_exists");
    let problem = refusal(
        &other.register_as_agent(client, "9250-3720"),
        422,
        "validation_failed",
    );
    assert_eq!(problem["errors"][0]["pointer"], "/licence_number");
    app.rows("UPDATE agents SET rating = '4.50', success_rate = '0.90'");
    let rated = client
        .get("/api/v1/agents/me")
        .bearer(&person.access)
        .send()
        .json();
    assert_eq!(
        (&rated["rating"], &rated["success_rate"]),
        (&json!("4.50"), &json!("0.90"))
    );
}

// AUTH-19, SIG-3, GUARD-2
#[test]
fn a_verified_agent_sees_what_is_for_agents_until_that_is_taken_back() {
    let app = App::start();
    let client = app.client();
    let (admin, owner) = (Person::admin(&app), Person::signed_in(&app));
    let (mut agent, id) = Person::verified_agent(&app, &admin);
    let mut body = signal();
    body["visibility"] = json!("agents_only");
    let path = format!("/api/v1/signals/{}", owner.publish(client, &body));
    let stranger = Person::signed_in(&app);
    refusal(
        &client.get(&path).bearer(&stranger.access).send(),
        404,
        "not_found",
    );
    success(&client.get(&path).bearer(&agent.access).send(), 200);
    assert_eq!(agent.me(client).string("/role"), "agent");

    let revoke = format!("/api/v1/admin/agents/{id}/revoke");
    refusal(
        &client.post(&revoke).bearer(&agent.access).send(),
        403,
        "forbidden",
    );
    success(&client.post(&revoke).bearer(&admin.access).send(), 200);
    refusal(
        &client.get(&path).bearer(&agent.access).send(),
        401,
        "invalid_token",
    );
    agent.sign_in(client);
    refusal(&client.get(&path).bearer(&agent.access).send(), 404, "not_found");
    assert_eq!(agent.me(client).string("/role"), "user");
}
