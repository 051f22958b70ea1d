//! Refresh tokens: rotation, grace, reuse.

use std::thread;
use std::time::Duration;

use realcare_blackbox::{Answer, App, Person, refusal, success, together};
use serde_json::json;

const ROUTE: &str = "/api/v1/auth/refresh";
/// How long a rotated token still gives its successor.
const GRACE: Duration = Duration::from_secs(10);

fn refresh(app: &App, token: &str) -> Answer {
    app.client()
        .post(ROUTE)
        .json(&json!({"refresh_token": token}))
        .send()
}

/// The successor of a token.
fn successor(app: &App, token: &str) -> Answer {
    let answer = refresh(app, token);
    success(&answer, 200);
    answer
}

// AUTH-6
#[test]
fn parallel_refreshes_of_one_token_give_everybody_the_same_successor() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let answers = together(50, |_| refresh(&app, &person.refresh));
    let next = answers[0].string("/refresh_token");
    assert_ne!(next, person.refresh);
    for answer in &answers {
        success(answer, 200);
        assert_eq!(answer.string("/refresh_token"), next);
        let access = answer.string("/access_token");
        success(&app.client().get("/api/v1/auth/me").bearer(&access).send(), 200);
    }

    // One rotation, not fifty.
    let query = "SELECT count(*), max(generation), (SELECT count(*) FROM refresh_token_usage) FROM sessions";
    assert_eq!(app.rows(query), [["1", "2", "1"]]);

    assert_ne!(successor(&app, &next).string("/refresh_token"), next);
}

// AUTH-6
#[test]
fn a_lost_answer_can_be_asked_for_again_within_the_grace() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let first = successor(&app, &person.refresh).string("/refresh_token");
    let again = successor(&app, &person.refresh).string("/refresh_token");
    assert_eq!(again, first);
}

// AUTH-6
#[test]
fn after_the_grace_the_previous_token_is_reuse() {
    let app = App::start();
    let mut person = Person::signed_in(&app);
    let previous = person.refresh.clone();
    person.keep(&successor(&app, &previous));
    thread::sleep(GRACE + Duration::from_millis(500));
    refusal(&refresh(&app, &previous), 401, "invalid_refresh_token");
    refusal(&refresh(&app, &person.refresh), 401, "invalid_refresh_token");
    let me = app.client().get("/api/v1/auth/me").bearer(&person.access).send();
    refusal(&me, 401, "invalid_token");
}

// AUTH-6, AUTH-7, GUARD-2
#[test]
fn no_token_survives_a_logout_that_races_with_refreshes() {
    let app = App::start();
    let client = app.client();
    for _ in 0..3 {
        let person = Person::signed_in(&app);
        let answers = together(12, |number| match number {
            6 => client.post("/api/v1/auth/logout").bearer(&person.access).send(),
            _ => refresh(&app, &person.refresh),
        });
        success(&answers[6], 204);
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            if answer.status != 200 {
                refusal(answer, 401, "invalid_refresh_token");
                continue;
            }
            let (access, next) = (answer.string("/access_token"), answer.string("/refresh_token"));
            refusal(
                &client.get("/api/v1/auth/me").bearer(&access).send(),
                401,
                "invalid_token",
            );
            refusal(&refresh(&app, &next), 401, "invalid_refresh_token");
        }
    }
}

// AUTH-6, GUARD-2, GUARD-10
#[test]
fn reuse_ends_the_family_and_its_access_tokens_at_once() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::signed_in(&app);
    let stolen = person.refresh.clone();
    let mut elsewhere = person.clone();
    elsewhere.sign_in(client);
    for _ in 0..2 {
        person.keep(&successor(&app, &person.refresh));
    }
    success(&client.get("/api/v1/signals").bearer(&person.access).send(), 200);
    let id = {
        let answer = client.post(ROUTE).header("x-request-id", "reuse-request-1");
        let answer = answer.json(&json!({"refresh_token": stolen})).send();
        refusal(&answer, 401, "invalid_refresh_token");
        answer.header("x-request-id").unwrap().to_owned()
    };
    for route in ["/api/v1/signals", "/api/v1/auth/me"] {
        refusal(
            &client.get(route).bearer(&person.access).send(),
            401,
            "invalid_token",
        );
    }
    refusal(&refresh(&app, &person.refresh), 401, "invalid_refresh_token");

    let events = app.log().await_events("reuse_detected", "request_id", &id);
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(
        events[0]["session_id"].is_string() && events[0]["user_id"].is_string(),
        "{events:?}"
    );

    // AUTH-13: another sign-in of the same person goes on, but with a new access token.
    let me = |access: &str| client.get("/api/v1/auth/me").bearer(access).send();
    refusal(&me(&elsewhere.access), 401, "invalid_token");
    let next = successor(&app, &elsewhere.refresh);
    success(&me(&next.string("/access_token")), 200);
}

// AUTH-5
#[test]
fn a_refresh_token_in_the_url_is_refused_and_stays_good() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let path = format!("{ROUTE}?refresh_token={}", person.refresh);
    let body = json!({"refresh_token": person.refresh});
    refusal(&client.post(&path).json(&body).send(), 400, "token_in_url");
    assert!(!app.log().text().contains(&person.refresh));
    successor(&app, &person.refresh);
}

// AUTH-5
#[test]
fn a_refresh_token_in_the_url_alone_is_told_to_move() {
    let app = App::start();
    let client = app.client();
    let path = format!("{ROUTE}?refresh_token={}", "A".repeat(43));
    refusal(&client.post(&path).send(), 400, "token_in_url");
    refusal(&client.post(&path).json(&json!({})).send(), 400, "token_in_url");
}

// AUTH-5
#[test]
fn what_is_no_refresh_token_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    for token in ["", "x", &person.access, &"A".repeat(43), &person.refresh[1..]] {
        refusal(&refresh(&app, token), 401, "invalid_refresh_token");
    }
    // A refresh token opens no route.
    let me = app.client().get("/api/v1/auth/me").bearer(&person.refresh).send();
    refusal(&me, 401, "invalid_token");
}
