//! Spin's key-value stores: `spin:key-value` for values, `wasi:keyvalue` atomics for counters.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use spin_sdk::experimental::wasi::keyvalue::{atomics, store};
use spin_sdk::key_value;
use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::backend::{Backend, Pending};
use crate::error::Error;
use crate::patient::{Patient, Timer};
use crate::proven::Proven;
use crate::sweep::Listing;

/// The store with this label in the manifest. Handles are opened at the first use and held by the instance: opening
/// costs as much as a call.
pub struct SpinStore {
    label: &'static str,
    values: Mutex<Option<Arc<key_value::Store>>>,
    counters: Mutex<Option<Arc<store::Bucket>>>,
}

/// The host's clock, for bounds on its stores.
pub struct HostTimer;

impl Timer for HostTimer {
    fn now(&self) -> u64 {
        monotonic_clock::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Box::pin(monotonic_clock::wait_for(nanos))
    }
}

impl SpinStore {
    /// The store that `spin.toml` grants under `label`, with bounds on its time.
    pub const fn new(label: &'static str) -> Patient<Proven<Self>, HostTimer> {
        let store = Self {
            label,
            values: Mutex::new(None),
            counters: Mutex::new(None),
        };
        Patient::new(Proven::new(store), HostTimer)
    }

    async fn values(&self) -> Result<Arc<key_value::Store>, Error> {
        if let Some(held) = lock(&self.values).as_ref() {
            return Ok(Arc::clone(held));
        }
        let opened = key_value::Store::open(self.label)
            .await
            .map_err(|error| Error(error.to_string()))?;
        let opened = Arc::new(opened);
        *lock(&self.values) = Some(Arc::clone(&opened));
        Ok(opened)
    }

    async fn counters(&self) -> Result<Arc<store::Bucket>, Error> {
        if let Some(bucket) = lock(&self.counters).as_ref() {
            return Ok(Arc::clone(bucket));
        }
        // Both share one connection. Opening it this way does not block the instance while nobody answers.
        self.values().await?;
        let mut held = lock(&self.counters);
        let bucket = store::open(self.label).map_err(|error| Error(format!("{error:?}")))?;
        Ok(Arc::clone(held.insert(Arc::new(bucket))))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backend for SpinStore {
    fn get<'a>(&'a self, key: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.values()
                .await?
                .get(key)
                .await
                .map_err(|error| Error(error.to_string()))
        })
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>) -> Pending<'a, ()> {
        Box::pin(async move {
            self.values()
                .await?
                .set(key, value)
                .await
                .map_err(|error| Error(error.to_string()))
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            self.values()
                .await?
                .delete(key)
                .await
                .map_err(|error| Error(error.to_string()))
        })
    }

    fn increment<'a>(&'a self, key: &'a str, delta: i64) -> Pending<'a, i64> {
        Box::pin(async move {
            atomics::increment(&*self.counters().await?, key, delta)
                .map_err(|error| Error(format!("{error:?}")))
        })
    }
}

impl Listing for SpinStore {
    fn find<'a>(
        &'a self,
        wanted: &'a (dyn Fn(&str) -> bool + Sync),
        most: usize,
    ) -> Pending<'a, Vec<String>> {
        Box::pin(async move {
            let store = self.values().await?;
            let mut keys = store.get_keys().await;
            let mut found = Vec::new();
            while found.len() < most {
                match keys.next().await {
                    Some(key) if wanted(&key) => found.push(key),
                    Some(_) => {}
                    // Only the end of the list tells whether it was whole.
                    None => {
                        keys.result().await.map_err(|error| Error(error.to_string()))?;
                        break;
                    }
                }
            }
            Ok(found)
        })
    }
}
