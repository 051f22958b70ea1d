//! Maintenance: what is over goes, by the route that only the inside can call.

use realcare_blackbox::{Answer, App, MailApi, Person, refusal, signal, success, together};
use rusqlite::Connection;
use serde_json::{Value, json};

const RUN: &str = "/internal/maintenance/run";

fn run(app: &App) -> Answer {
    app.client().post(RUN).bearer(&app.secrets.internal_key).send()
}

/// What one task of a run did.
#[track_caller]
fn done(answer: &Answer, task: &str) -> i64 {
    success(answer, 200);
    let answer = answer.json();
    let tasks = answer["tasks"].as_array().expect("tasks");
    let found = tasks.iter().find(|one| one["task"] == task).expect("the task");
    assert_eq!(found["failed"], false, "{found}");
    found["done"].as_i64().expect("a number")
}

fn sql(app: &App, statement: &str) {
    let connection = Connection::open(app.database()).expect("the database opens");
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .expect("a timeout");
    connection.execute_batch(statement).expect("the statement runs");
}

fn rows(app: &App, table: &str) -> i64 {
    let connection = Connection::open(app.database()).expect("the database opens");
    let count = connection.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0));
    count.expect("a number")
}

/// Traces of who asked for a mail, long over.
fn old_requests(app: &App, count: u32) {
    let statement = format!(
        "INSERT INTO mail_requests (account, purpose, requested_at)
         WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {count})
         SELECT CAST(printf('%032d', n) AS BLOB), 'verify_email', '2020-01-01T00:00:00.000000Z' FROM t"
    );
    sql(app, &statement);
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

    sql(
        &app,
        &format!("UPDATE signals SET expires_at = '2020-01-01T00:00:00.000000Z' WHERE id = '{id}'"),
    );
    sql(
        &app,
        "UPDATE idempotency_keys SET expires_at = '2020-01-01T00:00:00.000000Z'",
    );
    sql(
        &app,
        "UPDATE outbox SET sent_at = created_at, created_at = '2020-01-01T00:00:00.000000Z'",
    );
    sql(
        &app,
        "UPDATE one_time_tokens SET expires_at = '2020-01-01T00:00:00.000000Z'",
    );
    let swept = run(&app);
    let task = |name| done(&swept, name);
    assert_eq!((task("expired_signals"), task("idempotency_keys")), (1, 1));
    assert_eq!((task("outbox_rows"), task("one_time_tokens")), (before[4], 1));
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
fn runs_are_bounded_share_the_work_and_the_command_goes_on_until_nothing_is_left() {
    let app = App::start();
    old_requests(&app, 2_500);
    let first = run(&app);
    assert_eq!(
        (done(&first, "mail_requests"), first.json()["more"].clone()),
        (2_000, json!(true))
    );
    let second = run(&app);
    assert_eq!(
        (done(&second, "mail_requests"), second.json()["more"].clone()),
        (500, json!(false))
    );
    sql(&app, "DELETE FROM mail_requests");
    old_requests(&app, 1_500);
    let swept: i64 = together(4, |_| done(&run(&app), "mail_requests")).iter().sum();
    assert_eq!((swept, rows(&app, "mail_requests")), (1_500, 0));
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
    sql(
        &app,
        "INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
         SELECT '01a3185c-5087-7279-8ce1-000000000001', recipient, 'already_registered', 'ko', '', created_at, created_at FROM outbox",
    );
    assert_eq!(done(&run(&app), "outbox"), 1);
    assert_eq!(api.posted().len(), 2);
    let answer: Value = run(&app).json();
    assert_eq!(answer["failed"], false, "{answer}");
}
