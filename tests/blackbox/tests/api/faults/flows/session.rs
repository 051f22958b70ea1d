//! Refreshing, a token that is used twice, and signing out (AUTH-6, AUTH-7).

use std::cell::RefCell;

use realcare_blackbox::{Answer, App, Person, refusal, success};
use serde_json::json;

use super::{Down, Flow, fail_everywhere, kill_everywhere};

fn attempt_to_refresh(app: &App, token: &str) -> Option<Answer> {
    let body = json!({"refresh_token": token});
    let refresh = app.client().post("/api/v1/auth/refresh").json(&body);
    refresh.attempt().ok()
}

fn refresh(app: &App, token: &str) -> Answer {
    attempt_to_refresh(app, token).expect("the server answers")
}

fn log_out(app: &App, person: &Person) -> Option<Answer> {
    let log_out = app.client().post("/api/v1/auth/logout").bearer(&person.access);
    log_out.attempt().ok()
}

/// Neither token of the sign-in is good for anything.
fn is_signed_out(app: &App, person: &Person) {
    refusal(&person.me(app.client()), 401, "invalid_token");
    refusal(&refresh(app, &person.refresh), 401, "invalid_refresh_token");
}

/// One person who goes on from one try to the next.
struct Refresh(RefCell<Option<Person>>);

impl Flow for Refresh {
    /// The token that is presented.
    type Try = String;
    /// A client that lost the answer has ten seconds.
    const DOWN: Down = Down::Stands;

    fn prepare(&self, app: &App) -> String {
        let mut person = self.0.borrow_mut();
        person
            .get_or_insert_with(|| Person::signed_in(app))
            .refresh
            .clone()
    }

    fn act(&self, app: &App, token: &String) -> Option<Answer> {
        attempt_to_refresh(app, token)
    }

    fn is_over(&self, _: &App, _: &String) -> bool {
        true
    }

    fn check(&self, app: &App, token: &String, answer: Option<&Answer>) {
        let again = refresh(app, token);
        success(&again, 200);
        if let Some(answer) = answer {
            success(answer, 200);
            assert_eq!(
                answer.string("/refresh_token"),
                again.string("/refresh_token"),
                "the same successor"
            );
        }
        let next = refresh(app, &again.string("/refresh_token"));
        success(&next, 200);
        let mut person = self.0.borrow_mut();
        let person = person.as_mut().expect("somebody");
        person.keep(&next);
        success(&person.me(app.client()), 200);
        assert_eq!(
            app.value("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL"),
            "1"
        );
    }
}

// QUAL-3, AUTH-5, AUTH-6
#[test]
fn refreshing_can_be_cut_off_anywhere() {
    kill_everywhere(&Refresh(RefCell::default()), 1);
}

/// Somebody presents a token that was rotated twice since.
struct Reuse;

impl Flow for Reuse {
    /// The old token, and the present ones.
    type Try = (String, Person);
    const DOWN: Down = Down::Goes(1);

    fn prepare(&self, app: &App) -> Self::Try {
        let mut person = Person::signed_in(app);
        let old = person.refresh.clone();
        for _ in 0..2 {
            let next = refresh(app, &person.refresh);
            person.keep(&next);
        }
        (old, person)
    }

    fn act(&self, app: &App, (old, _): &Self::Try) -> Option<Answer> {
        attempt_to_refresh(app, old)
    }

    fn is_over(&self, _: &App, _: &Self::Try) -> bool {
        true
    }

    fn check(&self, app: &App, (old, person): &Self::Try, answer: Option<&Answer>) {
        if let Some(answer) = answer {
            refusal(answer, 401, "invalid_refresh_token");
            is_signed_out(app, person);
        }
        refusal(&refresh(app, old), 401, "invalid_refresh_token");
        is_signed_out(app, person);
    }
}

// QUAL-3, AUTH-6
#[test]
fn ending_a_family_can_be_cut_off_anywhere() {
    kill_everywhere(&Reuse, 3);
}

struct LogOut;

impl Flow for LogOut {
    type Try = Person;
    const DOWN: Down = Down::Goes(1);

    fn prepare(&self, app: &App) -> Person {
        Person::signed_in(app)
    }

    fn act(&self, app: &App, person: &Person) -> Option<Answer> {
        log_out(app, person)
    }

    fn is_over(&self, _: &App, _: &Person) -> bool {
        true
    }

    fn check(&self, app: &App, person: &Person, answer: Option<&Answer>) {
        if let Some(answer) = answer {
            success(answer, 204);
            is_signed_out(app, person);
        }
        let again = log_out(app, person).expect("the server answers");
        assert!([204, 401].contains(&again.status), "{again:?}");
        is_signed_out(app, person);
    }
}

// QUAL-3, AUTH-7, GUARD-2
#[test]
fn signing_out_can_be_cut_off_anywhere() {
    kill_everywhere(&LogOut, 3);
}

// QUAL-3, AUTH-6
#[test]
fn any_call_of_refreshing_can_fail() {
    fail_everywhere(&Refresh(RefCell::default()), 1);
}

// QUAL-3, AUTH-6
#[test]
fn any_call_of_ending_a_family_can_fail() {
    fail_everywhere(&Reuse, 3);
}

// QUAL-3, AUTH-7, GUARD-2
#[test]
fn any_call_of_signing_out_can_fail() {
    fail_everywhere(&LogOut, 3);
}
