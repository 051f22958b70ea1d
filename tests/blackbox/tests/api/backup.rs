//! One file holds everything, and a new app goes on from it (QUAL-3).

use std::thread;

use realcare_blackbox::{App, Database, Person, refusal, signal, success};

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
