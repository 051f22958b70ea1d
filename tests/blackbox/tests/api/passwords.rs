//! Resetting and changing passwords, and what the answers tell of accounts.

use std::time::{Duration, Instant};

use realcare_blackbox::{Answer, App, Person, login, refusal, success, together};
use serde_json::{Value, json};

const NEW: &str = "Zx-another-one-9";

fn post(app: &App, path: &str, body: &Value) -> Answer {
    app.client()
        .post(&format!("/api/v1/auth/{path}"))
        .json(body)
        .send()
}

fn reset_token(app: &App, person: &Person) -> String {
    let asked = post(app, "request-password-reset", &json!({"email": person.email}));
    success(&asked, 202);
    let mail = &person.mails(app.client())[0];
    assert_eq!(mail["template"], "reset_password", "{mail}");
    mail["token"].as_str().unwrap().to_owned()
}

fn reset(app: &App, token: &str, password: &str) -> Answer {
    post(
        app,
        "reset-password",
        &json!({"token": token, "password": password}),
    )
}

fn me(app: &App, access: &str) -> Answer {
    app.client().get("/api/v1/auth/me").bearer(access).send()
}

fn refresh(app: &App, token: &str) -> Answer {
    post(app, "refresh", &json!({"refresh_token": token}))
}

// AUTH-8, AUTH-13, GUARD-2
#[test]
fn a_reset_ends_every_sign_in_at_once() {
    let app = App::start();
    let mut person = Person::signed_in(&app);
    let other = person.clone();
    person.sign_in(app.client());
    let signals = |access: &str| app.client().get("/api/v1/signals/mine").bearer(access).send();
    success(&signals(&other.access), 200);
    let token = reset_token(&app, &person);
    success(&reset(&app, &token, NEW), 204);
    for session in [&person, &other] {
        refusal(&me(&app, &session.access), 401, "invalid_token");
        refusal(&signals(&session.access), 401, "invalid_token");
        refusal(&refresh(&app, &session.refresh), 401, "invalid_refresh_token");
    }
    refusal(&person.login(app.client()), 401, "invalid_credentials");
    success(&login(app.client(), &person.email, NEW), 200);
    let mails = person.mails(app.client());
    assert_eq!(mails[0]["template"], "password_changed");
    assert!(!app.log().text().contains(&token) && !app.log().text().contains(NEW));
}

// AUTH-8
#[test]
fn of_sixteen_parallel_resets_one_succeeds() {
    let app = App::with().variable("password_hashes_at_once", "16").start();
    let person = Person::signed_in(&app);
    let token = reset_token(&app, &person);
    let password = |number: usize| format!("Zx-another-{number}-A");
    let answers = together(16, |number| reset(&app, &token, &password(number)));
    let good: Vec<_> = (0..16).filter(|number| answers[*number].status == 204).collect();
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        refusal(answer, 400, "invalid_one_time_token");
    }
    assert_eq!(good.len(), 1);
    success(&login(app.client(), &person.email, &password(good[0])), 200);
    refusal(&reset(&app, &token, NEW), 400, "invalid_one_time_token");
}

// AUTH-8
#[test]
fn a_newer_mail_voids_the_older() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let (older, newer) = (reset_token(&app, &person), reset_token(&app, &person));
    refusal(&reset(&app, &older, NEW), 400, "invalid_one_time_token");
    success(&reset(&app, &newer, NEW), 204);
}

// AUTH-8, AUTH-13, GUARD-2
#[test]
fn a_change_ends_the_other_sign_ins_and_keeps_its_own() {
    let app = App::start();
    let mut person = Person::signed_in(&app);
    let other = person.clone();
    person.sign_in(app.client());
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": NEW});
        let request = app.client().post("/api/v1/auth/change-password");
        request.bearer(&person.access).json(&body).send()
    };
    refusal(&change("Wrong-password-1"), 403, "wrong_password");
    let answer = change(&person.password);
    success(&answer, 200);
    success(&me(&app, &answer.string("/access_token")), 200);
    success(&refresh(&app, &person.refresh), 200);
    refusal(&me(&app, &person.access), 401, "invalid_token");
    refusal(&me(&app, &other.access), 401, "invalid_token");
    refusal(&refresh(&app, &other.refresh), 401, "invalid_refresh_token");
    success(&login(app.client(), &person.email, NEW), 200);
}

// AUTH-2
#[test]
fn the_verification_mail_can_be_asked_for_again() {
    let app = App::start();
    let mut person = Person::registered(&app);
    let first = person.one_time_token.clone();
    let asked = post(&app, "resend-verification", &json!({"email": person.email}));
    success(&asked, 202);
    person.one_time_token = person.mails(app.client())[0]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(person.one_time_token, first);
    refusal(
        &post(&app, "verify-email", &json!({"token": first})),
        400,
        "invalid_one_time_token",
    );
    person.verify(app.client());
    success(&person.login(app.client()), 200);
    success(
        &post(&app, "resend-verification", &json!({"email": person.email})),
        202,
    );
    assert_eq!(
        person.mails(app.client()).len(),
        2,
        "a verified address gets none"
    );
}

// AUTH-9
#[test]
fn common_passwords_are_refused() {
    let app = App::start();
    for password in ["Password123!", "P@ssw0rd", "iLoveYou-1"] {
        let body = json!({"email": "a.person@example.com", "password": password, "name": "홍길동"});
        let problem = refusal(&post(&app, "register", &body), 422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], "too_common", "{problem}");
    }
}

// AUTH-9
#[test]
fn more_hashes_than_an_instance_takes_are_told_to_come_back() {
    let app = App::with().variable("password_hashes_at_once", "1").start();
    // Different people: more than ten attempts at once on one account would lock it (AUTH-10).
    let people: Vec<_> = (0..12).map(|_| Person::signed_in(&app)).collect();
    let answers = together(people.len(), |number| people[number].login(app.client()));
    for answer in &answers {
        if answer.status == 200 {
            continue;
        }
        refusal(answer, 503, "busy");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    success(&people[0].login(app.client()), 200);
}

// AUTH-9
#[test]
fn hashes_of_the_earlier_system_are_replaced() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let email = &person.email;
    let hash = || {
        app.value(&format!(
            "SELECT password_hash FROM users WHERE email = '{email}'"
        ))
    };
    // bcrypt, cost 12, of "Earlier-system-7": as the earlier system stored it.
    let earlier = include_str!("earlier-hash.txt").trim();
    app.rows(&format!(
        "UPDATE users SET password_hash = '{earlier}' WHERE email = '{email}'"
    ));
    refusal(&person.login(app.client()), 401, "invalid_credentials");
    assert_eq!(hash(), earlier);
    success(&login(app.client(), &person.email, "Earlier-system-7"), 200);
    assert!(hash().starts_with("$argon2id$"), "{}", hash());
    success(&login(app.client(), &person.email, "Earlier-system-7"), 200);
}

// AUTH-18
#[test]
fn there_is_no_sign_in_without_a_password() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let answer = post(&app, "test/sign-in", &json!({"email": person.email}));
    refusal(&answer, 404, "not_found");
}

/// How often each kind of address is asked.
const ASKED: usize = 12;

/// Times in milliseconds, sorted.
fn times(mut asked: Vec<Duration>) -> Vec<u128> {
    asked.sort();
    asked.iter().map(Duration::as_millis).collect()
}

// AUTH-1, AUTH-2, AUTH-3, AUTH-8: the text is asserted, the times are printed (`--no-capture`): they depend on the machine
#[test]
fn answers_and_their_times_do_not_tell_whether_an_address_is_known() {
    let app = App::start();
    let known: Vec<_> = (0..ASKED).map(|_| Person::registered(&app)).collect();
    let unknown: Vec<_> = (0..ASKED).map(|_| Person::stranger()).collect();
    for path in [
        "login",
        "register",
        "resend-verification",
        "request-password-reset",
    ] {
        let body = |person: &Person| match path {
            "login" => json!({"email": person.email, "password": "Wrong-password-1"}),
            "register" => json!({"email": person.email, "password": person.password, "name": "홍길동"}),
            _ => json!({"email": person.email}),
        };
        let (mut of_known, mut of_unknown, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        // Interleaved, so that whatever else the machine does falls on both.
        for (known, unknown) in known.iter().zip(&unknown) {
            for (person, times) in [(known, &mut of_known), (unknown, &mut of_unknown)] {
                // Registering makes an address known: a new one each time.
                let person = match (path, times.len()) {
                    ("register", _) if std::ptr::eq(person, unknown) => &Person::stranger(),
                    _ => person,
                };
                let started = Instant::now();
                let answer = post(&app, path, &body(person));
                times.push(started.elapsed());
                let mut text = answer.json();
                // Refusals name their request.
                text.as_object_mut().map(|fields| fields.remove("request_id"));
                texts.push((answer.status, text));
            }
        }
        assert!(texts.iter().all(|text| *text == texts[0]), "{path}: {texts:?}");
        println!(
            "{path}: known {:?} ms, unknown {:?} ms",
            times(of_known),
            times(of_unknown)
        );
    }
}
