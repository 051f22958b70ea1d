//! A database that never answers is one that cannot be reached.
//!
//! What is slow but right is waited for: SQLite's own patience with a lock is five seconds. What takes longer than [`PATIENCE`] is given up, so
//! that no request hangs for as long as a network needs to notice that nobody is there (QUAL-3). Whether a statement that was given up
//! took place is not known, as with any answer that is lost.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::future::{Either, select};

use crate::backend::{Backend, Connection, Pending};
use crate::database::Engine;
use crate::error::Error;
use crate::row::Row;
use crate::value::Value;

/// How long a statement, or opening a connection, may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// In how many parts that time is counted. An instance can be held up by a read that blocks it, and hears of an answer only afterwards:
/// however long that was, it counts as one part, so that nobody is given up whose answer is there.
const PARTS: u32 = 10;

/// Lets time pass.
pub type Sleep = fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// A database with a bound on its time.
pub struct Patient<B> {
    backend: B,
    sleep: Sleep,
}

impl<B: Backend> Patient<B> {
    /// Puts a bound on what `backend` takes.
    pub const fn new(backend: B, sleep: Sleep) -> Self {
        Self { backend, sleep }
    }
}

impl<B: Backend> Backend for Patient<B> {
    fn engine(&self) -> Engine {
        self.backend.engine()
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async {
            let opened = within(self.backend.open(), self.sleep).await?;
            let held = Held {
                opened,
                sleep: self.sleep,
            };
            Ok(Box::new(held) as Box<dyn Connection>)
        })
    }
}

struct Held {
    opened: Box<dyn Connection>,
    sleep: Sleep,
}

impl Connection for Held {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        Box::pin(within(self.opened.run(statement, parameters), self.sleep))
    }

    fn run_long<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        self.opened.run_long(statement, parameters)
    }
}

/// The timer is started only for an answer that is not there at once.
async fn within<T>(mut call: Pending<'_, T>, sleep: Sleep) -> Result<T, Error> {
    for _ in 0..PARTS {
        call = match select(call, sleep(PATIENCE / PARTS)).await {
            Either::Left((answer, _)) => return answer,
            Either::Right(((), call)) => call,
        };
    }
    Err(Error::Unavailable(format!("no answer within {PATIENCE:?}")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::executor::block_on;

    use super::*;
    use crate::database::Database;

    /// Time that passes at once.
    fn at_once(_: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {})
    }

    /// Time that does not pass.
    fn never(_: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }

    /// Answers unless the statement says otherwise; counts its connections.
    #[derive(Clone, Default)]
    struct Moody(Arc<AtomicUsize>);

    impl Backend for Moody {
        fn engine(&self) -> Engine {
            Engine::Sqlite
        }

        fn open(&self) -> Pending<'_, Box<dyn Connection>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Box::new(self.clone()) as Box<dyn Connection>) })
        }
    }

    impl Connection for Moody {
        fn run<'a>(&'a self, statement: &'a str, _: Vec<Value>) -> Pending<'a, Vec<Row>> {
            Box::pin(async move {
                match statement {
                    "hang" => std::future::pending().await,
                    "take long" => turns(PARTS).await,
                    "be told late" => turns(PARTS - 1).await,
                    _ => Ok(Vec::new()),
                }
            })
        }
    }

    /// A row, after it was asked for in vain so many times.
    async fn turns(mut left: u32) -> Result<Vec<Row>, Error> {
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            match left.checked_sub(1) {
                None => std::task::Poll::Ready(()),
                Some(fewer) => {
                    left = fewer;
                    std::task::Poll::Pending
                }
            }
        })
        .await;
        Ok(vec![Row::new(vec![Value::Int(1)])])
    }

    #[test]
    fn an_answer_that_is_there_when_the_time_is_over_counts() {
        let db = Database::new(Patient::new(Moody::default(), at_once));
        assert_eq!(block_on(db.query("be told late", Vec::new())).unwrap().len(), 1);
    }

    #[test]
    fn a_statement_that_hangs_is_given_up_and_its_connection_with_it() {
        let moody = Moody::default();
        let db = Database::new(Patient::new(moody.clone(), at_once));
        assert!(block_on(db.query("answer", Vec::new())).is_ok());
        let error = block_on(db.query("hang", Vec::new())).unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
        assert_eq!(moody.0.load(Ordering::SeqCst), 1);
        assert!(block_on(db.query("answer", Vec::new())).is_ok());
        assert_eq!(
            moody.0.load(Ordering::SeqCst),
            2,
            "the next one has a new connection"
        );
    }

    #[test]
    fn in_a_transaction_too() {
        let db = Database::new(Patient::new(Moody::default(), at_once));
        let transaction = block_on(db.begin()).unwrap();
        let error = block_on(transaction.query("hang", Vec::new())).unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
    }

    #[test]
    fn what_is_said_to_take_long_may() {
        let db = Database::new(Patient::new(Moody::default(), at_once));
        assert!(block_on(db.query("take long", Vec::new())).is_err());
        assert_eq!(block_on(db.query_long("take long", Vec::new())).unwrap().len(), 1);
        let db = Database::new(Patient::new(Moody::default(), never));
        assert_eq!(block_on(db.query("take long", Vec::new())).unwrap().len(), 1);
    }
}
