//! A store as everything above sees it.

use crate::backend::Backend;
use crate::error::Error;

/// One store with its own name space: on Redis every label is the same store, so each key begins with it.
pub struct Store {
    backend: Box<dyn Backend>,
    namespace: &'static str,
}

/// Bytes in front of a value: its expiry in seconds since 1970, big-endian.
const EXPIRY: usize = 8;

impl Store {
    /// Keys of this store begin with `namespace`.
    pub fn new(namespace: &'static str, backend: impl Backend + 'static) -> Self {
        Self {
            backend: Box::new(backend),
            namespace,
        }
    }

    /// The value under `key`, unless it has expired at `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`Error`] when the store cannot be read.
    pub async fn get(&self, key: &str, now: i64) -> Result<Option<Vec<u8>>, Error> {
        let stored = self.backend.get(&self.full(key)).await?;
        Ok(stored.and_then(|bytes| unwrap(&bytes, now)))
    }

    /// Puts `value` under `key` until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written.
    pub async fn set(&self, key: &str, value: &[u8], expires_at: i64) -> Result<(), Error> {
        let mut bytes = expires_at.to_be_bytes().to_vec();
        bytes.extend_from_slice(value);
        self.backend.set(&self.full(key), bytes).await
    }

    /// Removes `key`.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        self.backend.delete(&self.full(key)).await
    }

    /// Adds `delta` to the counter under `key` and gives the sum. Counters do not expire; their keys name a time bucket.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written.
    pub async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.backend.increment(&self.full(key), delta).await
    }

    fn full(&self, key: &str) -> String {
        [self.namespace, "/", key].concat()
    }
}

fn unwrap(bytes: &[u8], now: i64) -> Option<Vec<u8>> {
    let value = bytes.get(EXPIRY..)?;
    (now < expires_at(bytes)?).then(|| value.to_vec())
}

/// When a stored value ends, in seconds since 1970; `None` of what no store of ours wrote.
pub(crate) fn expires_at(bytes: &[u8]) -> Option<i64> {
    let expiry = bytes.get(..EXPIRY)?;
    Some(i64::from_be_bytes(expiry.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;
    use futures::executor::block_on;

    #[test]
    fn a_value_ends_at_its_expiry() {
        let store = Store::new("test", Memory::default());
        block_on(store.set("key", b"value", 100)).unwrap();
        assert_eq!(block_on(store.get("key", 99)).unwrap(), Some(b"value".to_vec()));
        assert_eq!(block_on(store.get("key", 100)).unwrap(), None);
        block_on(store.delete("key")).unwrap();
        assert_eq!(block_on(store.get("key", 1)).unwrap(), None);
    }

    #[test]
    fn counters_add_up() {
        let store = Store::new("test", Memory::default());
        assert_eq!(block_on(store.increment("n", 2)).unwrap(), 2);
        assert_eq!(block_on(store.increment("n", 0)).unwrap(), 2);
        assert_eq!(block_on(store.increment("n", -3)).unwrap(), -1);
    }
}
