//! Whoever works on an analysis dies before or after any of their calls; the next one finishes it, once and right (QUAL-3).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::analysis::run::{LEASE, State};
use domain::progress::Status;
use futures::future::{Either, pending, select};
use sql::{Backend, Connection, Database, Engine, Pending, Row, Value};
use store::analysis::Stored;
use testkit::ask;

use super::{App, Waiting, run_request};

/// On which side of a call somebody dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// The statement is never run.
    Before,
    /// It is run, and nobody hears of it.
    After,
}

/// A database that stops answering at one call.
#[derive(Clone)]
struct Deadly {
    inner: Arc<Database>,
    calls: Arc<AtomicUsize>,
    at: usize,
    side: Side,
    died: Arc<tokio::sync::Notify>,
}

impl Backend for Deadly {
    fn engine(&self) -> Engine {
        self.inner.engine()
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async { Ok(Box::new(self.clone()) as Box<dyn Connection>) })
    }
}

impl Connection for Deadly {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(async move {
            let dies = self.calls.fetch_add(1, Ordering::SeqCst) == self.at;
            if dies && self.side == Side::Before {
                self.died.notify_one();
                return pending().await;
            }
            let answer = self.inner.query(statement, parameters).await;
            if dies {
                self.died.notify_one();
                return pending().await;
            }
            answer
        })
    }
}

/// Works until the call number `at` and dies there; `false` if there was no such call.
async fn dies(app: &App, at: usize, side: Side) -> bool {
    let died = Arc::new(tokio::sync::Notify::new());
    let database = Database::new(Deadly {
        inner: Arc::new(app.world.database()),
        calls: Arc::default(),
        at,
        side,
        died: Arc::clone(&died),
    });
    let gate = app.another_instance(database);
    let work = Box::pin(ask(&gate, run_request()));
    // Dropping the work is what a kill does to it: nothing of it runs any more.
    matches!(select(work, Box::pin(died.notified())).await, Either::Right(_))
}

/// What stands at the end of an analysis that nothing went wrong with.
fn essence(stored: &Stored) -> String {
    let Stored {
        state,
        findings,
        ranking,
        result,
        failure,
        ..
    } = stored;
    format!("{state:?} {findings:?} {ranking:?} {result:?} {failure:?}")
}

async fn finished(app: &App, waiting: &Waiting, what: &str) -> String {
    let stored = app.stored(waiting).await;
    assert_eq!(stored.state, State::Completed, "{what}");
    let shown = app.shown(waiting).await.expect("a record");
    assert_eq!(shown.overall(), Status::Completed, "{what}");
    essence(&stored)
}

#[tokio::test]
async fn whoever_dies_at_any_call_leaves_what_the_next_one_finishes() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.run().await;
    let expected = finished(&app, &waiting, "nobody dies").await;
    let mut deaths = 0;
    for side in [Side::Before, Side::After] {
        for at in 0.. {
            let app = App::new();
            let waiting = app.waiting().await;
            if !dies(&app, at, side).await {
                break;
            }
            deaths += 1;
            app.world.wait(LEASE);
            app.run().await;
            let what = format!("{side:?} call {at}");
            assert_eq!(finished(&app, &waiting, &what).await, expected, "{what}");
            assert_eq!(app.run().await, [0; 4], "{what}: once");
        }
    }
    // Taking up, the text, four stages, four findings, holding, completing; and four workers that find nothing.
    assert!(deaths >= 2 * 12, "{deaths}");
}

#[tokio::test]
async fn two_deaths_in_a_row_are_survived_wherever_they_are() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.run().await;
    let expected = finished(&app, &waiting, "nobody dies").await;
    for first in (0..16).step_by(3) {
        for second in (0..16).step_by(2) {
            let app = App::new();
            let waiting = app.waiting().await;
            for at in [first, second] {
                dies(&app, at, Side::After).await;
                app.world.wait(LEASE);
            }
            app.run().await;
            let what = format!("after calls {first} and {second}");
            assert_eq!(finished(&app, &waiting, &what).await, expected, "{what}");
        }
    }
}
