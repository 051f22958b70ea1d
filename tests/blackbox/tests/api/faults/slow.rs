//! Stores that answer late, or never (QUAL-3): everybody gets an answer, and a clear one.

use std::time::Duration;

use realcare_blackbox::{Answer, App, Fault, Person, What, refusal, signal, success, together};

use super::cheap;

/// Later than anybody should wait for a store.
const LATE: What = What::Wait(Duration::from_secs(5));

fn reads(app: &App, person: &Person) -> Answer {
    app.client()
        .get("/api/v1/signals/mine")
        .bearer(&person.access)
        .send()
}

fn publishes(app: &App, person: &Person) -> Answer {
    let create = app.client().post("/api/v1/signals").bearer(&person.access);
    create.json(&signal()).send()
}

/// When the store is as it was, everything works, and what was acknowledged is there.
fn works_again(app: &App, person: &Person, acknowledged: &[Answer]) {
    app.faults().mend();
    // A store that was late is left alone for two seconds (`kv::patient`).
    std::thread::sleep(Duration::from_millis(2500));
    success(&publishes(app, person), 201);
    for answer in acknowledged {
        let path = answer.header("location").expect("where it is");
        success(&app.client().get(path).bearer(&person.access).send(), 200);
    }
    let read = reads(app, person);
    success(&read, 200);
    assert_eq!(read.header("x-ratelimit-status"), None, "counted again");
    app.check_data();
}

// QUAL-3: a database that is busy is waited for, since what it does is right
#[test]
fn a_slow_database_is_waited_for() {
    let Some(app) = cheap().start_breakable() else {
        return;
    };
    let person = Person::signed_in(&app);
    app.faults().set(&[Fault::new("database", LATE)]);
    let answers = together(8, |number| {
        if number % 2 == 0 {
            reads(&app, &person)
        } else {
            publishes(&app, &person)
        }
    });
    let (created, read): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(created.len(), 4);
    for answer in &read {
        success(answer, 200);
    }
    works_again(&app, &person, &created);
}

// QUAL-3: one that never answers is not
#[test]
fn a_database_that_hangs_is_given_up() {
    let Some(app) = cheap().start_breakable() else {
        return;
    };
    let person = Person::signed_in(&app);
    app.faults().set(&[Fault::new("database", What::Hang)]);
    for answer in together(8, |number| {
        if number % 2 == 0 {
            reads(&app, &person)
        } else {
            publishes(&app, &person)
        }
    }) {
        refusal(&answer, 503, "database_unavailable");
    }
    success(&app.client().get("/health/ready").send(), 503);
    works_again(&app, &person, &[]);
}

// QUAL-3, GUARD-2
#[test]
fn revocations_that_come_late_let_nobody_in() {
    let Some(app) = cheap().start_breakable() else {
        return;
    };
    let person = Person::signed_in(&app);
    for what in [LATE, What::Hang] {
        app.faults().set(&[Fault::new("revocations", what)]);
        for answer in together(8, |_| reads(&app, &person)) {
            refusal(&answer, 503, "store_unavailable");
        }
    }
    works_again(&app, &person, &[]);
}

// QUAL-3, GUARD-4
#[test]
fn counters_that_come_late_hold_nobody_up_for_long() {
    let Some(app) = cheap().start_breakable() else {
        return;
    };
    let person = Person::signed_in(&app);
    app.faults().set(&[Fault::new("counters", LATE)]);
    // Instances of two components, 16 requests in each: the first in an instance meets the store, the others must not queue up for it.
    let answers = together(32, |number| {
        if number % 2 == 0 {
            reads(&app, &person)
        } else {
            publishes(&app, &person)
        }
    });
    let (created, read): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(created.len(), 16);
    for answer in read.iter().chain(&created) {
        assert!([200, 201].contains(&answer.status), "{answer:?}");
    }
    let late = app.faults().calls("counters");
    assert!(late < 16, "{late} calls to a store that is late");
    works_again(&app, &person, &created);
}
