//! A database that is not as it should be.

use realcare_blackbox::{App, Database, Person, problem, refusal, success};

// OPS-1, QUAL-3
#[test]
fn a_database_without_migrations_is_not_ready() {
    let app = App::with().database(Database::Empty).start();
    success(&app.client().get("/health/live").send(), 200);
    let ready = app.client().get("/health/ready").send();
    success(&ready, 503);
    let failed: Vec<_> = ready.json()["checks"].as_array().unwrap().clone();
    let migrations = failed.iter().find(|check| check["name"] == "migrations").unwrap();
    assert_eq!(migrations["status"], "fail");
    assert!(
        migrations["reason"].as_str().unwrap().contains("migrations"),
        "{migrations}"
    );

    let register = Person::stranger().register(app.client());
    refusal(&register, 500, "internal_error");
    let why = if app.place().is_files() {
        "no such table"
    } else {
        "does not exist"
    };
    assert!(!register.text().contains(why));
    let log = app.log().text();
    assert!(log.contains(why), "the log says why: {log}");
}

// OPS-1, QUAL-3
#[test]
fn a_database_that_cannot_be_opened_is_503() {
    let app = App::with().database(Database::Missing).start();
    success(&app.client().get("/health/live").send(), 200);
    let ready = app.client().get("/health/ready").send();
    success(&ready, 503);
    assert_eq!(ready.json()["checks"][0]["name"], "database");
    assert_eq!(ready.json()["checks"][0]["status"], "fail");
    assert!(!ready.text().contains("realcare.db"), "{}", ready.text());
    let register = Person::stranger().register(app.client());
    refusal(&register, 503, "database_unavailable");
}

// QUAL-3
#[test]
fn a_database_that_comes_back_is_used_again() {
    let app = App::with().database(Database::Missing).start();
    refusal(
        &Person::stranger().register(app.client()),
        503,
        "database_unavailable",
    );
    app.place().make_migrated();
    success(&app.client().get("/health/ready").send(), 200);
    let person = Person::signed_in(&app);
    success(
        &app.client().get("/api/v1/auth/me").bearer(&person.access).send(),
        200,
    );
}

// GUARD-2, QUAL-3
#[test]
fn a_revocation_store_that_cannot_be_read_lets_nobody_in() {
    let mut app = App::start();
    let person = Person::signed_in(&app);
    app.kill();
    app.break_revocations();
    app.start_again();
    let answer = app.client().get("/api/v1/auth/me").bearer(&person.access).send();
    refusal(&answer, 503, "store_unavailable");
    let ready = app.client().get("/health/ready").send();
    success(&ready, 503);
    let text = ready.text();
    assert!(text.contains("revocations"), "{text}");
    problem(&answer);
}
