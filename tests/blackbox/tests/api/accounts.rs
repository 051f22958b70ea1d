//! Registering, verifying and signing in: what the answers tell and what they do not.

use realcare_blackbox::{Answer, App, Person, login, refusal, success, together};
use serde_json::{Value, json};

/// What a client sees of an answer, without what differs between any two.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = [
        "x-request-id",
        "server-timing",
        "date",
        "ratelimit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ];
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.text())
}

fn verify(app: &App, token: &str) -> Answer {
    app.client()
        .post("/api/v1/auth/verify-email")
        .json(&json!({"token": token}))
        .send()
}

// AUTH-3
#[test]
fn an_unverified_login_reads_like_a_wrong_password_and_an_unknown_address() {
    let app = App::start();
    let client = app.client();
    let unverified = Person::registered(&app);
    let verified = Person::signed_in(&app);
    let refused = |answer: Answer| -> Value {
        refusal(&answer, 401, "invalid_credentials");
        answer.json_without_request_id()
    };
    let expected = refused(unverified.login(client));
    assert_eq!(
        refused(login(client, &verified.email, "Wrong-password-1")),
        expected
    );
    assert_eq!(
        refused(login(client, &unverified.email, "Wrong-password-1")),
        expected
    );
    assert_eq!(
        refused(login(client, "nobody.at.all@example.com", &verified.password)),
        expected
    );
    unverified.verify(client);
    success(&unverified.login(client), 200);
}

// AUTH-1, AUTH-17
#[test]
fn registering_a_known_address_answers_the_same_and_tells_its_owner() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::stranger();
    let new = person.register(client);
    success(&new, 202);
    let again = person.register(client);
    assert_eq!(seen(&again), seen(&new));
    person.email = person.email.to_uppercase();
    let spelled_otherwise = person.register(client);
    assert_eq!(seen(&spelled_otherwise), seen(&new));
    person.email = person.email.to_lowercase();

    let mails = person.mails(client);
    let templates: Vec<_> = mails
        .iter()
        .map(|mail| mail["template"].as_str().unwrap())
        .collect();
    assert_eq!(
        templates,
        ["already_registered", "already_registered", "verify_email"]
    );
    assert_eq!(mails[0]["token"], Value::Null);

    // Neither the password nor the verification of the account changed hands.
    let thief = Person {
        password: "Another-one-9".to_owned(),
        ..person.clone()
    };
    success(&thief.register(client), 202);
    person.one_time_token = mails[2]["token"].as_str().unwrap().to_owned();
    person.verify(client);
    refusal(&thief.login(client), 401, "invalid_credentials");
    success(&person.login(client), 200);
}

// AUTH-1
#[test]
fn parallel_registrations_of_one_address_make_one_account() {
    let app = App::start();
    let person = Person::stranger();
    let answers = together(8, |_| person.register(app.client()));
    for answer in &answers {
        success(answer, 202);
    }
    let mails = person.mails(app.client());
    assert_eq!(mails.len(), 8);
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail["template"] == "verify_email")
            .count(),
        1,
        "{mails:?}"
    );
}

// AUTH-2
#[test]
fn a_verification_token_works_once() {
    let app = App::start();
    let person = Person::registered(&app);
    success(&verify(&app, &person.one_time_token), 204);
    refusal(
        &verify(&app, &person.one_time_token),
        400,
        "invalid_one_time_token",
    );
    for never_ours in ["", "x", &"A".repeat(43)] {
        refusal(&verify(&app, never_ours), 400, "invalid_one_time_token");
    }
}

// AUTH-2
#[test]
fn of_many_parallel_verifications_one_succeeds() {
    let app = App::start();
    let person = Person::registered(&app);
    let answers = together(20, |_| verify(&app, &person.one_time_token));
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 204);
    for answer in bad {
        refusal(answer, 400, "invalid_one_time_token");
    }
    assert_eq!(good.len(), 1);
    success(&person.login(app.client()), 200);
}

// AUTH-9, CONV-4
#[test]
fn refused_fields_are_named_all_at_once() {
    let app = App::start();
    let client = app.client();
    let body = json!({"email": "no address", "password": "Good-enough-7", "name": " "});
    let answer = client.post("/api/v1/auth/register").json(&body).send();
    let problem = refusal(&answer, 422, "validation_failed");
    let errors = problem["errors"].as_array().unwrap();
    let pointers: Vec<_> = errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/email", "/name"]);
    for error in errors {
        assert!(
            error["code"].is_string() && error["message"].is_string(),
            "{error}"
        );
    }
    let too_long = "Aa1!".repeat(33);
    for (password, code) in [
        ("Short-1", "too_short"),
        (too_long.as_str(), "too_long"),
        ("all-lower-case-1", "too_weak"),
        ("Kim.minsu-2024!", "contains_personal_data"),
    ] {
        let body = json!({"email": "kim.minsu@example.com", "password": password, "name": "김민수"});
        let answer = client.post("/api/v1/auth/register").json(&body).send();
        let problem = refusal(&answer, 422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/password", "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

// AUTH-17
#[test]
fn the_outbox_exists_in_development_only() {
    let app = App::with().variable("environment", "production").start();
    success(&Person::stranger().register(app.client()), 202);
    refusal(&app.client().get("/api/v1/dev/outbox").send(), 404, "not_found");
}
