//! Maintenance: what is over goes, by the route that only the inside can call.

use realcare_blackbox::{Answer, App, MailApi, Person, refusal, signal, success, together};
use serde_json::{Value, json};

const RUN: &str = "/internal/maintenance/run";

pub fn run(app: &App) -> Answer {
    app.client().post(RUN).bearer(&app.secrets.internal_key).send()
}

/// What one task of a run did.
#[track_caller]
pub fn done(answer: &Answer, task: &str) -> i64 {
    success(answer, 200);
    let answer = answer.json();
    let tasks = answer["tasks"].as_array().expect("tasks");
    let found = tasks.iter().find(|one| one["task"] == task).expect("the task");
    assert_eq!(found["failed"], false, "{found}");
    found["done"].as_i64().expect("a number")
}

fn rows(app: &App, table: &str) -> String {
    app.value(&format!("SELECT COUNT(*) FROM {table}"))
}

/// Mails that were sent long ago.
fn old_mails(app: &App, count: u32) {
    let row = |number: u32| {
        format!(
            "('01a3185c-5087-7279-8ce1-{number:012}', 'a@b.example', 'verify_email', 'ko', '2020-01-01T00:00:00.000000Z',
            '2020-01-01T00:00:00.000000Z', '2020-01-01T00:00:00.000000Z')"
        )
    };
    let rows: Vec<String> = (0..count).map(row).collect();
    app.rows(&format!(
        "INSERT INTO outbox (id, recipient, template, language, created_at, next_attempt_at, sent_at) VALUES {}",
        rows.join(", ")
    ));
}

// OPS-7, GUARD-1
#[test]
fn only_the_inside_can_run_it() {
    let app = App::start();
    let admin = Person::admin(&app);
    let client = app.client();
    refusal(&client.post(RUN).send(), 404, "not_found");
    refusal(&client.post(RUN).bearer(&admin.access).send(), 404, "not_found");
    refusal(&client.post(RUN).bearer("x").send(), 404, "not_found");
    success(&run(&app), 200);
}

// OPS-7, SIG-2, CONV-7
#[test]
fn what_is_over_goes_and_the_rest_stays() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let id = person.publish(client, &signal());
    let keyed = client
        .post("/api/v1/signals")
        .bearer(&person.access)
        .header("idempotency-key", "k");
    success(&keyed.json(&signal()).send(), 201);
    // Both keys of the store of revocations are young; nothing of all this is over.
    success(
        &client
            .post("/api/v1/auth/logout-all")
            .bearer(&person.access)
            .send(),
        204,
    );
    let before =
        ["users", "sessions", "signals", "idempotency_keys", "outbox"].map(|table| rows(&app, table));
    let nothing = run(&app);
    for task in [
        "expired_signals",
        "idempotency_keys",
        "outbox_rows",
        "counters",
        "revocations",
        "progress",
        "rotated_tokens",
    ] {
        assert_eq!(done(&nothing, task), 0, "{task}");
    }
    assert_eq!(
        ["users", "sessions", "signals", "idempotency_keys", "outbox"].map(|table| rows(&app, table)),
        before
    );
    refusal(
        &client.get("/api/v1/auth/me").bearer(&person.access).send(),
        401,
        "invalid_token",
    );

    app.rows(&format!(
        "UPDATE signals SET expires_at = '2020-01-01T00:00:00.000000Z' WHERE id = '{id}'"
    ));
    app.rows("UPDATE idempotency_keys SET expires_at = '2020-01-01T00:00:00.000000Z'");
    app.rows("UPDATE outbox SET sent_at = created_at, created_at = '2020-01-01T00:00:00.000000Z'");
    app.rows("UPDATE one_time_tokens SET expires_at = '2020-01-01T00:00:00.000000Z'");
    let swept = run(&app);
    let task = |name| done(&swept, name);
    assert_eq!((task("expired_signals"), task("idempotency_keys")), (1, 1));
    assert_eq!(
        (task("outbox_rows"), task("one_time_tokens")),
        (before[4].parse().expect("a number"), 1)
    );
    let again = run(&app);
    assert_eq!(
        done(&again, "expired_signals") + done(&again, "idempotency_keys"),
        0
    );
    let mut person = person;
    person.sign_in(client);
    let read = client
        .get(&format!("/api/v1/signals/{id}"))
        .bearer(&person.access)
        .send();
    success(&read, 200);
    assert_eq!(read.json()["state"], "expired");
}

// OPS-7
#[test]
fn runs_are_bounded_and_share_the_work() {
    let app = App::start();
    old_mails(&app, 2_500);
    let first = run(&app);
    assert_eq!(
        (done(&first, "outbox_rows"), first.json()["more"].clone()),
        (2_000, json!(true))
    );
    let second = run(&app);
    assert_eq!(
        (done(&second, "outbox_rows"), second.json()["more"].clone()),
        (500, json!(false))
    );
    app.rows("DELETE FROM outbox WHERE sent_at IS NOT NULL");
    old_mails(&app, 1_500);
    let swept: i64 = together(4, |_| done(&run(&app), "outbox_rows")).iter().sum();
    assert_eq!((swept, rows(&app, "outbox").as_str()), (1_500, "0"));
}

// OPS-7
#[test]
fn the_command_goes_on_until_nothing_is_left() {
    let app = App::start();
    old_mails(&app, 4_300);
    let printed = app.maintain();
    let line = printed.lines().find(|line| line.contains("outbox_rows"));
    assert!(line.is_some_and(|line| line.contains("4300")), "{printed}");
    assert_eq!(rows(&app, "outbox"), "0");
    assert!(!printed.contains(&app.secrets.internal_key));
}

// OPS-7, AUTH-17
#[test]
fn mail_that_waits_is_driven() {
    let api = MailApi::start();
    let app = App::with().mail_provider("resend", &api.endpoint()).start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    api.await_posted(1);
    app.log().await_events("mail_sent", "template", "verify_email");
    // What a bell that was not heard leaves.
    app.rows(
        "INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
         SELECT '01a3185c-5087-7279-8ce1-000000000001', recipient, 'already_registered', 'ko', '', created_at, created_at FROM outbox",
    );
    assert_eq!(done(&run(&app), "outbox"), 1);
    assert_eq!(api.posted().len(), 2);
    let answer: Value = run(&app).json();
    assert_eq!(answer["failed"], false, "{answer}");
}
