//! Accepting an interest, which tells both sides (SIG-4), and creating under a key (CONV-7).

use std::cell::RefCell;
use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{Answer, App, Person, refusal, signal, success};
use serde_json::json;

use crate::mail::drain;

use super::{Down, Flow, fail_everywhere, kill_everywhere};

/// An owner and an author who stay the same.
#[derive(Default)]
struct Accept(RefCell<Option<(Person, Person)>>);

/// An interest that waits.
struct Waiting {
    owner: Person,
    author: Person,
    signal: String,
    accept: String,
}

impl Accept {
    fn people(&self, app: &App) -> (Person, Person) {
        let mut people = self.0.borrow_mut();
        let people = people.get_or_insert_with(|| (Person::signed_in(app), Person::signed_in(app)));
        // The clock goes on from try to try, and access tokens end.
        for person in [&mut people.0, &mut people.1] {
            let body = json!({"refresh_token": person.refresh});
            let refreshed = app.client().post("/api/v1/auth/refresh").json(&body).send();
            success(&refreshed, 200);
            person.keep(&refreshed);
        }
        people.clone()
    }
}

fn unfinished_mails(app: &App) -> String {
    app.value("SELECT COUNT(*) FROM outbox WHERE kept_at IS NULL")
}

impl Flow for Accept {
    type Try = Waiting;
    /// The lease of a mail is two minutes.
    const DOWN: Down = Down::Goes(180);

    fn prepare(&self, app: &App) -> Waiting {
        let (owner, author) = self.people(app);
        let signal = owner.publish(app.client(), &signal());
        let interests = format!("/api/v1/signals/{signal}/interests");
        let interest = app.client().post(&interests).bearer(&author.access);
        let interest = interest
            .json(&json!({"message": "주말에 볼 수 있을까요?"}))
            .send();
        success(&interest, 201);
        Waiting {
            accept: format!("{interests}/{}/accept", interest.string("/id")),
            owner,
            author,
            signal,
        }
    }

    fn act(&self, app: &App, this: &Waiting) -> Option<Answer> {
        let accept = app.client().post(&this.accept).bearer(&this.owner.access);
        accept.attempt().ok()
    }

    fn is_over(&self, app: &App, _: &Waiting) -> bool {
        unfinished_mails(app) == "0"
    }

    fn check(&self, app: &App, this: &Waiting, answer: Option<&Answer>) {
        let again = self.act(app, this).expect("the server answers");
        match (answer, again.status) {
            (Some(answer), _) => {
                success(answer, 200);
                refusal(&again, 409, "already_decided");
            }
            (None, 200) => success(&again, 200),
            // It was written, and nobody was told.
            (None, _) => {
                refusal(&again, 409, "already_decided");
            }
        }
        let path = format!("/api/v1/signals/{}", this.signal);
        let seen = app.client().get(&path).bearer(&this.author.access).send();
        assert_eq!(seen.string("/contact/email"), this.owner.email);
        let told = "SELECT COUNT(*) FROM outbox WHERE template LIKE 'interest_accepted%'";
        let accepted = "SELECT 2 * COUNT(*) FROM signal_interests WHERE state = 'accepted'";
        assert_eq!(app.value(told), app.value(accepted), "two mails for each");
        // What a drain held that died is delivered by the next one; somebody else may be at it.
        let end = Instant::now() + Duration::from_secs(20);
        while unfinished_mails(app) != "0" {
            assert!(Instant::now() < end, "a mail is lost");
            success(&drain(app), 200);
            thread::sleep(Duration::from_millis(20));
        }
    }
}

// QUAL-3, SIG-4, AUTH-17
#[test]
fn accepting_can_be_cut_off_anywhere() {
    kill_everywhere(&Accept::default(), 5);
}

/// One person who publishes, each time under another key.
#[derive(Default)]
struct Publish(Accept);

impl Publish {
    fn attempt(&self, app: &App, (person, key): &(Person, String)) -> Option<Answer> {
        let create = app.client().post("/api/v1/signals").bearer(&person.access);
        create
            .header("idempotency-key", key)
            .json(&signal())
            .attempt()
            .ok()
    }
}

impl Flow for Publish {
    /// Who, and under which key.
    type Try = (Person, String);
    /// Whoever died in the middle holds the key for a while.
    const DOWN: Down = Down::Goes(180);

    fn prepare(&self, app: &App) -> Self::Try {
        let (person, _) = self.0.people(app);
        let key = app.value("SELECT COUNT(*) FROM audit_events");
        (person, format!("key-{key}"))
    }

    fn act(&self, app: &App, this: &Self::Try) -> Option<Answer> {
        self.attempt(app, this)
    }

    fn is_over(&self, _: &App, _: &Self::Try) -> bool {
        true
    }

    fn check(&self, app: &App, this: &Self::Try, answer: Option<&Answer>) {
        let before = app.value("SELECT COUNT(*) FROM idempotency_keys");
        let again = self.attempt(app, this).expect("the server answers");
        success(&again, 201);
        if let Some(answer) = answer {
            success(answer, 201);
            assert_eq!(
                (&answer.body, &before),
                (&again.body, &app.value("SELECT COUNT(*) FROM idempotency_keys"))
            );
        }
        let signals = app.value("SELECT COUNT(*) FROM signals");
        assert_eq!(
            signals,
            app.value("SELECT COUNT(*) FROM idempotency_keys"),
            "one for each key"
        );
    }
}

// QUAL-3, CONV-7
#[test]
fn creating_under_a_key_can_be_cut_off_anywhere() {
    kill_everywhere(&Publish::default(), 5);
}

// QUAL-3, SIG-4, AUTH-17
#[test]
fn any_call_of_accepting_can_fail() {
    fail_everywhere(&Accept::default(), 5);
}

// QUAL-3, CONV-7
#[test]
fn any_call_of_creating_under_a_key_can_fail() {
    fail_everywhere(&Publish::default(), 5);
}
