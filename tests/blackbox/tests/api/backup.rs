//! One file holds everything, and a new app goes on from it (QUAL-3).

use std::thread;

use realcare_blackbox::{App, Client, Database, Person, refusal, signal, success};

#[test]
fn a_restored_app_has_what_was_there_and_nobody_is_signed_in() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let before = person.publish(app.client(), &signal());
    let file = app.folder().join("backup");
    let file = file.to_str().expect("a path");
    // While others write.
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                person.publish(app.client(), &signal());
            }
        });
        app.xtask(&["backup", file]);
    });
    let after = person.publish(app.client(), &signal());

    let mut copy = App::with().database(Database::Empty).start();
    copy.xtask(&["restore", file]);
    let client = copy.client();
    success(&client.get("/health/ready").send(), 200);
    let body = serde_json::json!({"refresh_token": person.refresh});
    let refresh = client.post("/api/v1/auth/refresh").json(&body).send();
    refusal(&refresh, 401, "invalid_refresh_token");
    let mut again = person.clone();
    again.sign_in(client);
    let read = |id: &str| {
        let path = format!("/api/v1/signals/{id}");
        client.get(&path).bearer(&again.access).send()
    };
    success(&read(&before), 200);
    refusal(&read(&after), 404, "not_found");
    let events = "SELECT endpoint FROM audit_events WHERE action = 'every_token_revoked'";
    assert_eq!(copy.value(events), "cargo xtask restore");

    copy.kill();
    copy.start_again();
    success(&again.me(copy.client()), 200);
}

// AUTH-13
#[test]
fn after_a_restore_everybody_can_be_signed_out_though_the_backup_knows_less() {
    let app = App::start();
    let file = app.folder().join("backup");
    let file = file.to_str().expect("a path");
    let mut person = Person::signed_in(&app);
    app.xtask(&["backup", file]);
    // What the backup does not know: the person's version rises six times, and everybody's twice.
    for _ in 0..6 {
        let out = app
            .client()
            .post("/api/v1/auth/logout-all")
            .bearer(&person.access)
            .send();
        success(&out, 204);
        person.sign_in(app.client());
    }
    let mut admin = Person::admin(&app);
    let revoke = |client: &Client, admin: &Person| {
        let path = "/api/v1/admin/revoke-all-tokens";
        success(&client.post(path).bearer(&admin.access).send(), 204);
    };
    for _ in 0..2 {
        revoke(app.client(), &admin);
        admin.sign_in(app.client());
    }
    person.sign_in(app.client());

    // The same keys: what the lost database signed is good here until everybody is signed out.
    let copy = App::with()
        .database(Database::Empty)
        .variable("signing_key", &app.secrets.signing_key)
        .variable("verifying_keys", &app.secrets.verifying_keys)
        .start();
    copy.xtask(&["restore", file]);
    let client = copy.client();
    success(&person.me(client), 200);
    let admin = Person::admin(&copy);
    revoke(client, &admin);
    refusal(&person.me(client), 401, "invalid_token");
    person.sign_in(client);
    success(&person.me(client), 200);
}
