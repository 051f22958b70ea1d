//! Postgres and Redis go away under load and come back; the app is not started again (QUAL-3).

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{Answer, App, Person, Place, Relay, is_spin, signal, success};

/// What clients were answered.
#[derive(Default)]
struct Seen {
    /// Ids of what was created.
    created: Mutex<Vec<String>>,
    /// Codes of what was refused.
    refused: Mutex<Vec<String>>,
    slowest: Mutex<Duration>,
}

/// Four clients write and read until `work` is over.
fn under_load(app: &App, person: &Person, seen: &Seen, work: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let start = Instant::now();
                    let create = app.client().post("/api/v1/signals").bearer(&person.access);
                    let answer = create.json(&signal()).send();
                    let mut slowest = seen.slowest.lock().unwrap();
                    *slowest = slowest.max(start.elapsed());
                    drop(slowest);
                    match answer.status {
                        201 => seen.created.lock().unwrap().push(answer.string("/id")),
                        _ => seen.refused.lock().unwrap().push(answer.string("/code")),
                    }
                }
            });
        }
        let _end = End(&is_over);
        work();
    });
}

/// Asks until the answer is a success: an instance that met the outage last may rest for a while after others are ready.
fn served(ask: impl Fn() -> Answer) {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.status != 503 || start.elapsed() > PATIENCE {
            return success(&answer, 200);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Says that it is over, also when the work panics: the clients would go on for ever.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Waits until the app is ready, or is not; gives how long that took.
fn await_ready(app: &App, status: u16, patience: Duration) -> Duration {
    let start = Instant::now();
    while app.client().get("/health/ready").send().status != status {
        assert!(start.elapsed() < patience, "ready is not {status}");
        thread::sleep(Duration::from_millis(50));
    }
    start.elapsed()
}

/// How long what went away may be missed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long Spin's Redis client may wait before it tries to connect again: a minute and up to as much by chance, counted from its last
/// attempt (`docs/operations.md`, "Redis was away"). What comes on top is for a busy machine.
const REDIS_OF_SPIN: Duration = Duration::from_secs(120 + 30);

fn outage(gone: Gone, code: &str) {
    let Some([postgres_server, redis_server]) = Place::servers() else {
        return;
    };
    let (postgres, redis) = (Relay::to(&postgres_server), Relay::to(&redis_server));
    let app = App::with()
        .through(&postgres_server, &postgres)
        .through(&redis_server, &redis)
        .start();
    let person = Person::signed_in(&app);
    let seen = Seen::default();
    let relay = match gone {
        Gone::Postgres => &postgres,
        Gone::Redis => &redis,
    };
    under_load(&app, &person, &seen, || {
        thread::sleep(Duration::from_millis(500));
        relay.cut();
        await_ready(&app, 503, PATIENCE);
        success(&app.client().get("/health/live").send(), 200);
        thread::sleep(Duration::from_secs(2));
        relay.mend();
        let patience = match gone {
            Gone::Redis if is_spin() => REDIS_OF_SPIN,
            _ => PATIENCE,
        };
        println!("{code}: used again after {:?}", await_ready(&app, 200, patience));
        thread::sleep(Duration::from_millis(500));
    });
    let (created, refused) = (
        seen.created.into_inner().unwrap(),
        seen.refused.into_inner().unwrap(),
    );
    println!(
        "{code}: {} created, {} refused, the slowest answer after {:?}",
        created.len(),
        refused.len(),
        seen.slowest.into_inner().unwrap()
    );
    assert!(created.len() > 10 && !refused.is_empty());
    assert!(refused.iter().all(|refused| refused == code), "{refused:?}");
    for id in &created {
        let path = format!("/api/v1/signals/{id}");
        served(|| app.client().get(&path).bearer(&person.access).send());
    }
    served(|| person.login(app.client()));
    app.check_data();
}

/// Which server goes away.
enum Gone {
    Postgres,
    Redis,
}

// OPS-3, QUAL-3
#[test]
fn a_database_that_goes_away_under_load_is_used_again() {
    outage(Gone::Postgres, "database_unavailable");
}

// OPS-3, GUARD-2, QUAL-3
#[test]
fn stores_that_go_away_under_load_are_used_again() {
    outage(Gone::Redis, "store_unavailable");
}
