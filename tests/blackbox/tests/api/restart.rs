//! The server dies without notice and comes back.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use realcare_blackbox::{App, Person, refusal, signal, success};

// QUAL-3, AUTH-7, GUARD-2
#[test]
fn what_was_answered_survives_a_kill() {
    let mut app = App::start();
    let person = Person::signed_in(&app);
    let gone = Person::signed_in(&app);
    success(
        &app.client()
            .post("/api/v1/auth/logout")
            .bearer(&gone.access)
            .send(),
        204,
    );
    refusal(
        &app.client().get("/api/v1/auth/me").bearer(&gone.access).send(),
        401,
        "invalid_token",
    );

    let answered = Mutex::new(Vec::new());
    let client = app.client().clone();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // Until the server is gone.
                loop {
                    let create = client
                        .post("/api/v1/signals")
                        .bearer(&person.access)
                        .json(&signal());
                    match create.attempt() {
                        Ok(answer) if answer.status == 201 => {
                            answered.lock().unwrap().push(answer.string("/id"))
                        }
                        Ok(answer) => panic!("{} {}", answer.status, answer.text()),
                        Err(_) => return,
                    }
                }
            });
        }
        thread::sleep(Duration::from_millis(700));
        app.kill();
    });
    let answered = answered.into_inner().unwrap();
    assert!(
        answered.len() > 4,
        "the kill came in the middle of work: {}",
        answered.len()
    );

    app.start_again();
    let client = app.client();
    success(&client.get("/health/ready").send(), 200);
    refusal(
        &client.get("/api/v1/auth/me").bearer(&gone.access).send(),
        401,
        "invalid_token",
    );
    refusal(
        &client.get("/api/v1/signals").bearer(&gone.access).send(),
        401,
        "invalid_token",
    );
    for id in &answered {
        let path = format!("/api/v1/signals/{id}");
        success(&client.get(&path).bearer(&person.access).send(), 200);
    }
    success(&person.login(client), 200);
    app.check_data();
}
