//! Many people at once: everybody gets an answer, and nothing is lost.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{App, Person, contract, signal, success, together};

// QUAL-2, AUTH-1, AUTH-3
#[test]
fn people_who_come_together_all_get_in() {
    let app = App::start();
    let people = together(8, |_| Person::registered(&app));
    for person in &people {
        person.verify(app.client());
    }
    for answer in together(8, |number| people[number].login(app.client())) {
        success(&answer, 200);
        let access = answer.string("/access_token");
        success(&app.client().get("/api/v1/auth/me").bearer(&access).send(), 200);
    }
}

// QUAL-2, SIG-1, CON-1
#[test]
fn parallel_writes_all_succeed() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let answers = together(48, |number| match number % 2 {
        0 => client
            .post("/api/v1/signals")
            .bearer(&person.access)
            .json(&signal())
            .send(),
        _ => client
            .post("/api/v1/contracts")
            .bearer(&person.access)
            .json(&contract())
            .send(),
    });
    for answer in &answers {
        success(answer, 201);
        let path = answer.header("location").unwrap();
        success(&client.get(path).bearer(&person.access).send(), 200);
    }
    let mine = client
        .get("/api/v1/signals/mine?limit=100")
        .bearer(&person.access)
        .send();
    assert_eq!(mine.json()["items"].as_array().unwrap().len(), 24);
}

/// People who register at the same time, and how often each.
const CROWD: (usize, usize) = (24, 3);

// QUAL-2; the write lock must not be held while others hash their passwords
#[test]
fn a_crowd_that_registers_locks_nobody_out() {
    // As many as an instance takes at once, so that this test is about the lock and not about the bound on hashes.
    let app = App::with().variable("password_hashes_at_once", "16").start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let (crowd, times) = CROWD;
    let (busy, refused) = (AtomicUsize::new(crowd), Mutex::new(Vec::new()));
    let slowest = Mutex::new((Duration::ZERO, Duration::ZERO));
    let _ = together(crowd + 1, |number| {
        if number < crowd {
            for _ in 0..times {
                let answer = Person::stranger().register(client);
                if answer.status != 202 {
                    refused.lock().unwrap().push(answer);
                }
            }
            busy.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        while busy.load(Ordering::Relaxed) > 0 {
            let mut slowest = slowest.lock().unwrap();
            let started = Instant::now();
            success(
                &client.get("/api/v1/signals/mine").bearer(&person.access).send(),
                200,
            );
            slowest.0 = slowest.0.max(started.elapsed());
            let started = Instant::now();
            let create = client
                .post("/api/v1/contracts")
                .bearer(&person.access)
                .json(&contract())
                .send();
            slowest.1 = slowest.1.max(started.elapsed());
            if create.status != 201 {
                refused.lock().unwrap().push(create);
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    let (refused, (read, write)) = (refused.into_inner().unwrap(), slowest.into_inner().unwrap());
    assert!(
        refused.is_empty(),
        "{} refused, read {read:?}, write {write:?}: {refused:?}",
        refused.len()
    );
    // Both compete for the processor in the same way; only a write waits for the lock.
    assert!(
        write < read * 3 + Duration::from_secs(1),
        "the slowest read took {read:?}, the slowest write {write:?}"
    );
    app.check_data();
}
