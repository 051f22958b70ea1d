//! One's own account: changed under preconditions, and ended.

use http::Method;
use realcare_blackbox::{Answer, App, Client, Person, refusal, signal, success, together};
use serde_json::json;

const ME: &str = "/api/v1/auth/me";

fn rename(client: &Client, person: &Person, tag: &str, name: &str) -> Answer {
    client
        .request(Method::PATCH, ME)
        .bearer(&person.access)
        .header("if-match", tag)
        .json(&json!({"name": name}))
        .send()
}

// AUTH-11, CONV-6
#[test]
fn of_parallel_changes_of_one_version_one_succeeds() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let tag = person.me(client).header("etag").unwrap().to_owned();
    let answers = together(12, |number| rename(client, &person, &tag, &format!("N{number}")));
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(good.len(), 1);
    for answer in bad {
        refusal(answer, 412, "precondition_failed");
    }
    assert_eq!(person.me(client).string("/name"), good[0].string("/name"));
    assert_eq!(person.me(client).header("etag"), good[0].header("etag"));
}

// CONV-6
#[test]
fn an_unchanged_account_is_not_sent_again() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let tag = person.me(client).header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let ask = |tag: &str| {
        client
            .get(ME)
            .bearer(&person.access)
            .header("if-none-match", tag)
            .send()
    };
    let same = ask(&tag);
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(same.header("etag"), Some(tag.as_str()));
    success(&rename(client, &person, &tag, "다른 이름"), 200);
    success(&ask(&tag), 200);
    refusal(&rename(client, &person, &tag, "A"), 412, "precondition_failed");
}

// AUTH-11, GUARD-2, CONV-11
#[test]
fn a_deleted_account_is_gone_at_once_and_its_address_is_free() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::signed_in(&app);
    let mut elsewhere = person.clone();
    elsewhere.sign_in(client);
    let stranger = Person::signed_in(&app);
    let published = person.publish(client, &signal());
    let path = format!("/api/v1/signals/{published}");
    success(&client.get(&path).bearer(&stranger.access).send(), 200);
    success(&elsewhere.me(client), 200);

    success(&client.delete(ME).bearer(&person.access).send(), 204);
    for gone in [&person, &elsewhere] {
        refusal(&gone.me(client), 401, "invalid_token");
        let refresh = client
            .post("/api/v1/auth/refresh")
            .json(&json!({"refresh_token": gone.refresh}))
            .send();
        refusal(&refresh, 401, "invalid_refresh_token");
    }
    refusal(
        &client.get(&path).bearer(&stranger.access).send(),
        404,
        "not_found",
    );
    refusal(&person.login(client), 401, "invalid_credentials");
    assert!(person.mails(client).is_empty());

    // No row holds the address any more.
    let email = &person.email;
    let find = "SELECT (SELECT COUNT(*) FROM users WHERE email = '?') + (SELECT COUNT(*) FROM outbox WHERE recipient = '?')";
    assert_eq!(app.value(&find.replace('?', email)), "0");

    success(&person.register(client), 202);
    let token = person.mails(client)[0]["token"].as_str().unwrap().to_owned();
    person.one_time_token = token;
    person.verify(client);
    person.sign_in(client);
    success(&person.me(client), 200);
}

// AUTH-11
#[test]
fn deleting_wants_a_fresh_sign_in() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::signed_in(&app);
    app.rows("UPDATE sessions SET created_at = '2020-01-01T00:00:00.000000Z'");
    let delete = |person: &Person| client.delete(ME).bearer(&person.access).send();
    refusal(&delete(&person), 403, "fresh_sign_in_required");
    success(&person.me(client), 200);
    person.sign_in(client);
    success(&delete(&person), 204);
}
