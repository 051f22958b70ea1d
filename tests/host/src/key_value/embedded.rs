//! The store that needs no server: one SQLite file, or memory.
//!
//! Every write is a transaction of its own, so on disk it costs an fsync. Counters are 8 bytes, least significant
//! first. Incrementing a value that is not 8 bytes long panics while the connection is locked and so breaks the store until the
//! host is started again: that is how Spin behaves, and an app that mixes the two has to notice here already.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use anyhow::Context;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};
use tokio::{
    sync::{mpsc, oneshot},
    task::{block_in_place, spawn_blocking},
};

use super::{Error, Keys, Pairs, SwapError};
use crate::streams::BUFFERED;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";
const SWAP: &str = "UPDATE spin_key_value SET value = ?3 WHERE store = ?1 AND key = ?2 AND value = ?4";

type Shared = Arc<Mutex<Connection>>;

/// A file, opened when it is first needed.
pub struct Database {
    path: Option<PathBuf>,
    connection: OnceLock<Shared>,
}

/// One label in a file.
#[derive(Clone)]
pub struct Store {
    label: Arc<str>,
    connection: Shared,
}

/// A value as it was when a guest looked at it.
pub struct Cas {
    store: Store,
    key: String,
    seen: Mutex<Option<Vec<u8>>>,
}

impl Database {
    /// Names the file; its directory is made now, so that a mistake shows at start.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn new(path: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(directory) = path.as_deref().and_then(|path| path.parent()) {
            fs::create_dir_all(directory)
                .with_context(|| format!("cannot create {} for a key-value store", directory.display()))?;
        }
        Ok(Self {
            path,
            connection: OnceLock::new(),
        })
    }

    /// A label in the file.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(&self, label: &str) -> Result<Store, Error> {
        let connection = match self.connection.get() {
            Some(connection) => connection,
            None => {
                let opened = block_in_place(|| self.connect()).map_err(failed)?;
                self.connection.get_or_init(|| opened)
            }
        };
        Ok(Store {
            label: label.into(),
            connection: Arc::clone(connection),
        })
    }

    fn connect(&self) -> rusqlite::Result<Shared> {
        let connection = match &self.path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.execute(SCHEMA, [])?;
        Ok(Arc::new(Mutex::new(connection)))
    }
}

impl Store {
    fn with<R>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<R>) -> Result<R, Error> {
        block_in_place(|| work(&mut lock(&self.connection))).map_err(failed)
    }

    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.with(|connection| get(connection, &self.label, key))
    }

    pub fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.with(|connection| set(connection, &self.label, key, value))
    }

    pub fn delete(&self, key: &str) -> Result<(), Error> {
        self.with(|connection| delete(connection, &self.label, key))
    }

    pub fn keys(&self) -> Result<Vec<String>, Error> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(KEYS)?;
            let keys = statement.query_map([&self.label], |row| row.get(0))?;
            keys.collect()
        })
    }

    pub fn stream_keys(&self) -> Keys {
        let (keys, keys_end) = mpsc::channel(BUFFERED);
        let (result, result_end) = oneshot::channel();
        let store = self.clone();
        spawn_blocking(move || {
            let connection = lock(&store.connection);
            let sent = send_keys(&connection, &store.label, &keys);
            let _ = result.send(sent.map_err(failed));
        });
        (keys_end, result_end)
    }

    pub fn get_many(&self, keys: &[String]) -> Result<Pairs, Error> {
        let marks = vec!["?"; keys.len()].join(", ");
        let query = format!("SELECT key, value FROM spin_key_value WHERE store = ? AND key IN ({marks})");
        self.with(|connection| {
            let mut statement = connection.prepare(&query)?;
            let arguments = std::iter::once(&*self.label).chain(keys.iter().map(String::as_str));
            let rows =
                statement.query_map(params_from_iter(arguments), |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    pub fn set_many(&self, pairs: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.transaction(|transaction| {
            pairs
                .iter()
                .try_for_each(|(key, value)| set(transaction, &self.label, key, value))
        })
    }

    pub fn delete_many(&self, keys: &[String]) -> Result<(), Error> {
        self.transaction(|transaction| {
            keys.iter()
                .try_for_each(|key| delete(transaction, &self.label, key))
        })
    }

    /// # Panics
    /// The value is no counter; see the module's description.
    pub fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.transaction(|transaction| {
            let value = get(transaction, &self.label, key)?;
            let counter = value.map_or(0, |value| {
                i64::from_le_bytes(value.try_into().expect("a counter has 8 bytes"))
            });
            let counter = counter.wrapping_add(delta);
            set(transaction, &self.label, key, &counter.to_le_bytes())?;
            Ok(counter)
        })
    }

    pub fn compare_and_swap(&self, key: &str) -> Cas {
        Cas {
            store: self.clone(),
            key: key.to_owned(),
            seen: Mutex::new(None),
        }
    }

    fn transaction<R>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R>) -> Result<R, Error> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
    }
}

impl Cas {
    pub fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        let value = self.store.get(&self.key)?;
        self.seen().clone_from(&value);
        Ok(value)
    }

    /// A key that was missing is written without a check, as on Spin: two such swaps both succeed.
    pub fn swap(&self, value: &[u8]) -> Result<(), SwapError> {
        let seen = self.seen().clone();
        let changed = self.store.with(|connection| match seen {
            Some(seen) => {
                connection
                    .prepare_cached(SWAP)?
                    .execute(params![self.store.label, self.key, value, seen])
            }
            None => connection
                .prepare_cached(SET)?
                .execute(params![self.store.label, self.key, value]),
        });
        match changed {
            Ok(1) => Ok(()),
            Ok(_) => Err(SwapError::Lost),
            Err(Error::Other(text)) => Err(SwapError::Failed(text)),
            Err(other) => Err(SwapError::Failed(format!("{other:?}"))),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// # Panics
/// An earlier increment panicked; see the module's description.
fn lock(connection: &Shared) -> MutexGuard<'_, Connection> {
    connection
        .lock()
        .expect("an increment on a value that is no counter broke this store")
}

fn get(connection: &Connection, label: &str, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(GET)?
        .query_row([label, key], |row| row.get(0))
        .optional()
}

fn set(connection: &Connection, label: &str, key: &str, value: &[u8]) -> rusqlite::Result<()> {
    connection
        .prepare_cached(SET)?
        .execute(params![label, key, value])
        .map(drop)
}

fn delete(connection: &Connection, label: &str, key: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE)?.execute([label, key]).map(drop)
}

/// A guest that stops reading ends the listing; it is not told of an error that it caused itself.
fn send_keys(connection: &Connection, label: &str, keys: &mpsc::Sender<String>) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(KEYS)?;
    let mut rows = statement.query([label])?;
    while let Some(row) = rows.next()? {
        if keys.blocking_send(row.get(0)?).is_err() {
            break;
        }
    }
    Ok(())
}

fn failed(error: rusqlite::Error) -> Error {
    Error::Other(format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(label: &str) -> (Database, Store) {
        let database = Database::new(None).unwrap();
        let store = database.open(label).unwrap();
        (database, store)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn labels_are_separate() {
        let (database, one) = store("one");
        let two = database.open("two").unwrap();
        one.set("k", b"1").unwrap();
        assert_eq!(two.get("k").unwrap(), None);
        two.set("k", b"2").unwrap();
        one.delete("k").unwrap();
        assert_eq!(two.get("k").unwrap(), Some(b"2".to_vec()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn counters_are_eight_bytes() {
        let (_database, store) = store("s");
        assert_eq!(store.increment("n", 5).unwrap(), 5);
        assert_eq!(store.increment("n", -7).unwrap(), -2);
        assert_eq!(store.get("n").unwrap(), Some((-2_i64).to_le_bytes().to_vec()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn mixing_values_and_counters_breaks_the_store() {
        let (_database, store) = store("s");
        store.set("n", b"1").unwrap();
        let broken = store.clone();
        assert!(
            tokio::spawn(async move { broken.increment("n", 1) })
                .await
                .is_err()
        );
        assert!(tokio::spawn(async move { store.get("other") }).await.is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn many_at_once() {
        let (_database, store) = store("s");
        store
            .set_many(&[("a".into(), b"1".to_vec()), ("b".into(), b"2".to_vec())])
            .unwrap();
        let found = store.get_many(&["a".into(), "c".into()]).unwrap();
        assert_eq!(found, [("a".to_owned(), Some(b"1".to_vec()))]);
        store.delete_many(&["a".into()]).unwrap();
        assert_eq!(store.keys().unwrap(), ["b"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_swap_is_lost_to_a_change_in_between() {
        let (_database, store) = store("s");
        store.set("k", b"1").unwrap();
        let cas = store.compare_and_swap("k");
        assert_eq!(cas.current().unwrap(), Some(b"1".to_vec()));
        store.set("k", b"2").unwrap();
        assert!(matches!(cas.swap(b"3"), Err(SwapError::Lost)));
        cas.current().unwrap();
        assert!(cas.swap(b"3").is_ok());
    }
}
