//! Lockout: whose attempts are refused, and who is told.

use realcare_blackbox::{Answer, App, Person, refusal, success, together};
use serde_json::json;

/// An attempt as it comes through a trusted proxy from this client.
fn attempt(app: &App, email: &str, password: &str, client: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    let request = app.client().post("/api/v1/auth/login");
    request.header("x-forwarded-for", client).json(&body).send()
}

fn behind_a_proxy() -> App {
    App::with().variable("trusted_proxies", "1").start()
}

fn lockout_mails(app: &App, person: &Person) -> usize {
    let mails = person.mails(app.client());
    mails.iter().filter(|mail| mail["template"] == "lockout").count()
}

// AUTH-10
#[test]
fn ten_failures_lock_the_address_that_fails_and_no_other() {
    let app = behind_a_proxy();
    let person = Person::signed_in(&app);
    let refused = |password: &str| {
        refusal(
            &attempt(&app, &person.email, password, "203.0.113.7"),
            401,
            "invalid_credentials",
        )
    };
    let first = refused("Wrong-password-1");
    for _ in 0..9 {
        refused("Wrong-password-1");
    }
    // The right password, locked: the same answer but for the request's id.
    let mut locked = refused(&person.password);
    locked["request_id"] = first["request_id"].clone();
    assert_eq!(locked, first);
    success(
        &attempt(&app, &person.email, &person.password, "198.51.100.1"),
        200,
    );
    refused(&person.password);
    assert_eq!(lockout_mails(&app, &person), 1);
    let events = app.log().await_events("lockout", "scope", "client");
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0]["account_id"].is_string(), "{events:?}");
    assert!(!app.log().text().contains(&person.email));
}

// AUTH-10
#[test]
fn parallel_guesses_get_no_further_than_guesses_in_a_row() {
    let app = App::with()
        .variable("trusted_proxies", "1")
        .variable("password_hashes_at_once", "64")
        .start();
    let person = Person::signed_in(&app);
    // The right one is among the last to be asked for: behind ten others it is not looked at.
    let _ = together(50, |_| {
        attempt(&app, &person.email, "Wrong-password-1", "203.0.113.7")
    });
    let right = attempt(&app, &person.email, &person.password, "203.0.113.7");
    refusal(&right, 401, "invalid_credentials");
    assert_eq!(lockout_mails(&app, &person), 1);
    let counted = app.value("SELECT max(failures) FROM sign_in_attempts WHERE notified_at IS NOT NULL");
    assert_eq!(counted, "10", "more attempts were looked at");
}

// AUTH-10
#[test]
fn many_addresses_do_not_lock_the_owner_out() {
    let app = behind_a_proxy();
    let person = Person::signed_in(&app);
    success(
        &attempt(&app, &person.email, &person.password, "198.51.100.1"),
        200,
    );
    for number in 0..100 {
        let client = format!("203.0.113.{number}");
        refusal(
            &attempt(&app, &person.email, "Wrong-password-1", &client),
            401,
            "invalid_credentials",
        );
    }
    refusal(
        &attempt(&app, &person.email, &person.password, "203.0.113.200"),
        401,
        "invalid_credentials",
    );
    success(
        &attempt(&app, &person.email, &person.password, "198.51.100.1"),
        200,
    );
    assert_eq!(lockout_mails(&app, &person), 1);
    assert_eq!(app.log().await_events("lockout", "scope", "account").len(), 1);
}

// AUTH-10
#[test]
fn parallel_sign_ins_with_the_right_password_are_never_taken_for_guesses() {
    let app = App::with().variable("password_hashes_at_once", "64").start();
    let person = Person::signed_in(&app);
    for _ in 0..3 {
        let answers = together(20, |_| person.login(app.client()));
        for answer in &answers {
            match answer.status {
                200 => success(answer, 200),
                // Ten places are taken: whoever comes back finds them free.
                _ => {
                    refusal(answer, 503, "busy");
                    assert_eq!(answer.header("retry-after"), Some("1"));
                }
            }
        }
        assert!(answers.iter().filter(|answer| answer.status == 200).count() >= 10);
    }
    success(&person.login(app.client()), 200);
    assert_eq!(lockout_mails(&app, &person), 0);
}
