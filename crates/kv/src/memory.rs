//! A store in memory, for tests. It can be told to fail.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backend::{Backend, Pending};
use crate::error::Error;
use crate::sweep::Listing;

/// What somebody else does in between.
type Other = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Values and counters in memory; clones share them.
#[derive(Clone, Default)]
pub struct Memory {
    values: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    counters: Arc<Mutex<HashMap<String, i64>>>,
    broken: Arc<AtomicBool>,
    read_only: Arc<AtomicBool>,
    before_set: Arc<Mutex<Option<Other>>>,
}

impl Memory {
    /// From now on every call fails (`true`) or works again (`false`).
    pub fn break_down(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// From now on every write fails (`true`) or works again (`false`); reads go on.
    pub fn break_writes(&self, broken: bool) {
        self.read_only.store(broken, Ordering::SeqCst);
    }

    /// Lets `other` come to its end between the next [`Backend::set`] and whatever its caller read before: what a race looks like when it
    /// is lost.
    pub fn before_next_set(&self, other: impl Future<Output = ()> + Send + 'static) {
        *lock(&self.before_set) = Some(Box::pin(other));
    }

    fn check_write(&self) -> Result<(), Error> {
        if self.read_only.load(Ordering::SeqCst) {
            return Err(Error("broken for writing on purpose".to_owned()));
        }
        self.check()
    }

    fn check(&self) -> Result<(), Error> {
        if self.broken.load(Ordering::SeqCst) {
            Err(Error("broken on purpose".to_owned()))
        } else {
            Ok(())
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backend for Memory {
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.check().map(|()| lock(&self.values).get(key).cloned()) })
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()> {
        Box::pin(async move {
            let other = lock(&self.before_set).take();
            if let Some(other) = other {
                other.await;
            }
            self.check_write()?;
            lock(&self.values).insert(key.to_owned(), value);
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            self.check_write()?;
            lock(&self.values).remove(key);
            lock(&self.counters).remove(key);
            Ok(())
        })
    }

    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
        Box::pin(async move {
            self.check_write()?;
            let mut counters = lock(&self.counters);
            let counter = counters.entry(key.to_owned()).or_insert(0);
            *counter = counter.saturating_add(delta);
            Ok(*counter)
        })
    }
}

impl Listing for Memory {
    fn find<'a>(
        &'a self,
        wanted: &'a (dyn Fn(&str) -> bool + Sync),
        most: usize,
    ) -> Pending<'a, Vec<String>> {
        Box::pin(async move {
            self.check()?;
            let (values, counters) = (lock(&self.values), lock(&self.counters));
            let keys = values.keys().chain(counters.keys());
            Ok(keys.filter(|key| wanted(key)).take(most).cloned().collect())
        })
    }
}
