//! Key-value stores: `spin:key-value` and `wasi:keyvalue` over one set of backends.

mod embedded;
mod host;
mod redis;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio::sync::{mpsc, oneshot};

pub use crate::bindings::spin::key_value::key_value::Error;
use crate::{handles::Handles, runtime_config::KeyValueBackend};

/// Results above this size are refused, as on Spin.
const LARGEST_RESULT: usize = 128 << 20;

/// The stores of an app by label.
pub struct Stores(BTreeMap<String, Backend>);

#[derive(Clone)]
enum Backend {
    Embedded(Arc<embedded::Database>),
    Redis(Arc<redis::Server>),
}

/// A store that a guest opened.
#[derive(Clone)]
enum Store {
    Embedded(embedded::Store),
    Redis(redis::Store),
}

/// A compare-and-swap that a guest began, with the number of the bucket that it belongs to.
#[derive(Clone)]
struct Cas {
    bucket: u32,
    key: String,
    kind: CasKind,
}

#[derive(Clone)]
enum CasKind {
    Embedded(Arc<embedded::Cas>),
    Redis(redis::Cas),
}

/// Why a swap did not happen.
enum SwapError {
    /// Somebody else was first.
    Lost,
    /// The store failed.
    Failed(String),
}

/// Keys with their values.
type Pairs = Vec<(String, Option<Vec<u8>>)>;

/// Keys as they are found, and how it ended.
type Keys = (mpsc::Receiver<String>, oneshot::Receiver<Result<(), Error>>);

/// What one instance may do with key-value stores, and what it has open.
pub struct KeyValue {
    stores: Arc<Stores>,
    allowed: Arc<BTreeSet<String>>,
    open: Handles<Store>,
    cas: Handles<Cas>,
}

impl Stores {
    /// Prepares the backends; nothing is opened before it is used.
    ///
    /// # Errors
    /// A Redis address that is none.
    pub fn new(backends: &BTreeMap<String, KeyValueBackend>) -> anyhow::Result<Self> {
        let prepare = |(label, backend): (&String, &KeyValueBackend)| {
            let backend = match backend {
                KeyValueBackend::Embedded(path) => {
                    Backend::Embedded(Arc::new(embedded::Database::new(path.clone())?))
                }
                KeyValueBackend::Redis(url) => Backend::Redis(Arc::new(redis::Server::new(url)?)),
            };
            anyhow::Ok((label.clone(), backend))
        };
        backends.iter().map(prepare).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a label has a backend.
    pub fn contains(&self, label: &str) -> bool {
        self.0.contains_key(label)
    }

    async fn open(&self, label: &str) -> Result<Store, Error> {
        match self.0.get(label) {
            None => Err(Error::NoSuchStore),
            Some(Backend::Embedded(database)) => Ok(Store::Embedded(database.open(label)?)),
            Some(Backend::Redis(server)) => Ok(Store::Redis(server.open().await?)),
        }
    }
}

impl KeyValue {
    /// An instance's access to the labels in `allowed`.
    pub fn new(stores: Arc<Stores>, allowed: Arc<BTreeSet<String>>) -> Self {
        Self {
            stores,
            allowed,
            open: Handles::unbounded(),
            cas: Handles::default(),
        }
    }
}

impl Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let value = match self {
            Self::Embedded(store) => store.get(key)?,
            Self::Redis(store) => store.get(key).await?,
        };
        bounded(value)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        match self {
            Self::Embedded(store) => store.set(key, value),
            Self::Redis(store) => store.set(key, value).await,
        }
    }

    async fn delete(&self, key: &str) -> Result<(), Error> {
        match self {
            Self::Embedded(store) => store.delete(key),
            Self::Redis(store) => store.delete(key).await,
        }
    }

    async fn exists(&self, key: &str) -> Result<bool, Error> {
        match self {
            Self::Embedded(store) => Ok(store.get(key)?.is_some()),
            Self::Redis(store) => store.exists(key).await,
        }
    }

    /// All keys at once, for `wasi:keyvalue`.
    async fn keys(&self) -> Result<Vec<String>, Error> {
        match self {
            Self::Embedded(store) => store.keys(),
            Self::Redis(store) => store.keys().await,
        }
    }

    /// Keys one by one, for `spin:key-value`.
    fn stream_keys(&self) -> Keys {
        match self {
            Self::Embedded(store) => store.stream_keys(),
            Self::Redis(store) => store.stream_keys(),
        }
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Pairs, Error> {
        match self {
            Self::Embedded(store) => store.get_many(&keys),
            Self::Redis(store) => store.get_many(keys).await,
        }
    }

    async fn set_many(&self, pairs: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        match self {
            Self::Embedded(store) => store.set_many(&pairs),
            Self::Redis(store) => store.set_many(&pairs).await,
        }
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error> {
        match self {
            Self::Embedded(store) => store.delete_many(&keys),
            Self::Redis(store) => store.delete_many(keys).await,
        }
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        match self {
            Self::Embedded(store) => store.increment(key, delta),
            Self::Redis(store) => store.increment(key, delta).await,
        }
    }

    async fn compare_and_swap(&self, bucket: u32, key: String) -> Result<Cas, Error> {
        let kind = match self {
            Self::Embedded(store) => CasKind::Embedded(Arc::new(store.compare_and_swap(&key))),
            Self::Redis(store) => CasKind::Redis(store.compare_and_swap(&key).await?),
        };
        Ok(Cas { bucket, key, kind })
    }
}

impl Cas {
    async fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        let value = match &self.kind {
            CasKind::Embedded(cas) => cas.current()?,
            CasKind::Redis(cas) => cas.current().await?,
        };
        bounded(value)
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        match &self.kind {
            CasKind::Embedded(cas) => cas.swap(&value),
            CasKind::Redis(cas) => cas.swap(value).await,
        }
    }
}

fn bounded(value: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, Error> {
    match value {
        Some(bytes) if bytes.len() > LARGEST_RESULT => Err(Error::Other(format!(
            "query result exceeds limit of {LARGEST_RESULT} bytes"
        ))),
        value => Ok(value),
    }
}
