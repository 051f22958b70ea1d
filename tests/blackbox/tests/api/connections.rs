//! How many connections to Postgres the app uses: they are few and shared, so their number decides how many replicas a server can carry.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use realcare_blackbox::{App, Person, signal, success, together};

/// Clients that ask at the same time, and how often each.
const CLIENTS: (usize, usize) = (64, 4);
/// Spin's pool for one server; the stand-in's is as large. `docs/operations.md` counts with it.
const POOL: usize = 64;

/// Connections of the app to its database, and those in the middle of a transaction. Neither the server's own workers count nor the
/// connections that count, of which the one before may not be quite gone.
const CONNECTIONS: &str = "SET application_name = 'counts'; \
     SELECT COUNT(*), COUNT(*) FILTER (WHERE state LIKE 'idle in transaction%') FROM pg_stat_activity \
     WHERE datname = current_database() AND backend_type = 'client backend' \
         AND pid <> pg_backend_pid() AND application_name <> 'counts'";

fn count(app: &App) -> (usize, usize) {
    let rows = app.rows(CONNECTIONS);
    let number = |column: usize| rows[0][column].parse().expect("a number");
    (number(0), number(1))
}

// OPS-3, QUAL-2
#[test]
fn sixty_four_clients_share_the_connections_of_one_pool() {
    let app = App::start();
    if app.place().is_files() {
        return;
    }
    let person = Person::signed_in(&app);
    let is_over = AtomicBool::new(false);
    let most = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !is_over.load(Ordering::SeqCst) {
                most = most.max(count(&app).0);
                thread::sleep(Duration::from_millis(20));
            }
            most
        });
        let asked = thread::scope(|asking| asking.spawn(|| ask(&app, &person)).join());
        is_over.store(true, Ordering::SeqCst);
        asked.expect("everybody is answered");
        watch.join().expect("somebody counts")
    });
    let (now, in_transaction) = count(&app);
    println!("{most} connections at most, {now} afterwards");
    assert!((1..=POOL).contains(&most), "{most} connections");
    assert_eq!(in_transaction, 0, "nothing is left open");
}

/// Everybody writes, reads what was written, and searches.
fn ask(app: &App, person: &Person) {
    let (clients, times) = CLIENTS;
    together(clients, |_| {
        for _ in 0..times {
            let id = person.publish(app.client(), &signal());
            for path in [
                format!("/api/v1/signals/{id}"),
                "/api/v1/signals?limit=5".to_owned(),
            ] {
                success(&app.client().get(&path).bearer(&person.access).send(), 200);
            }
        }
    });
}
