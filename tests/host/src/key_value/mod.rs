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
use crate::{
    faults::{Faults, Struck},
    handles::Handles,
    runtime_config::KeyValueBackend,
};

/// Results above this size are refused, as on Spin.
const LARGEST_RESULT: usize = 128 << 20;

/// The stores of an app by label, and what is broken on purpose.
pub struct Stores(BTreeMap<String, Backend>, Faults);

#[derive(Clone)]
enum Backend {
    Embedded(Arc<embedded::Database>),
    Redis(Arc<redis::Server>),
}

/// A store that a guest opened.
#[derive(Clone)]
struct Store {
    label: Arc<str>,
    kind: Kind,
    faults: Faults,
}

#[derive(Clone)]
enum Kind {
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
    pub fn new(backends: &BTreeMap<String, KeyValueBackend>, faults: Faults) -> anyhow::Result<Self> {
        let prepare = |(label, backend): (&String, &KeyValueBackend)| {
            let backend = match backend {
                KeyValueBackend::Embedded(path) => {
                    Backend::Embedded(Arc::new(embedded::Database::new(path.clone())?))
                }
                KeyValueBackend::Redis(url) => Backend::Redis(Arc::new(redis::Server::new(url)?)),
            };
            anyhow::Ok((label.clone(), backend))
        };
        let backends = backends.iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(Self(backends, faults))
    }

    /// Whether a label has a backend.
    pub fn contains(&self, label: &str) -> bool {
        self.0.contains_key(label)
    }

    async fn open(&self, label: &str) -> Result<Store, Error> {
        let Self(backends, faults) = self;
        let backend = backends.get(label).ok_or(Error::NoSuchStore)?;
        faults.open(label).await.map_err(broken)?;
        let kind = match backend {
            Backend::Embedded(database) => Kind::Embedded(database.open(label)?),
            Backend::Redis(server) => Kind::Redis(server.open().await?),
        };
        Ok(Store {
            label: label.into(),
            kind,
            faults: faults.clone(),
        })
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

/// As a server is that nobody reaches.
fn broken(_: Struck) -> Error {
    Error::Other(Struck::TEXT.into())
}

impl Store {
    /// Every call goes through here, so that all can be broken.
    async fn call<R>(&self, work: impl Future<Output = Result<R, Error>>) -> Result<R, Error> {
        let passage = self.faults.call(&self.label).await.map_err(broken)?;
        let answer = work.await;
        passage.end().await.map_err(broken)?;
        answer
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let value = self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.get(key),
                Kind::Redis(store) => store.get(key).await,
            }
        });
        bounded(value.await?)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.set(key, value),
                Kind::Redis(store) => store.set(key, value).await,
            }
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<(), Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.delete(key),
                Kind::Redis(store) => store.delete(key).await,
            }
        })
        .await
    }

    async fn exists(&self, key: &str) -> Result<bool, Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => Ok(store.get(key)?.is_some()),
                Kind::Redis(store) => store.exists(key).await,
            }
        })
        .await
    }

    /// All keys at once, for `wasi:keyvalue`.
    async fn keys(&self) -> Result<Vec<String>, Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.keys(),
                Kind::Redis(store) => store.keys().await,
            }
        })
        .await
    }

    /// Keys one by one, for `spin:key-value`.
    async fn stream_keys(&self) -> Keys {
        let Ok(passage) = self.faults.call(&self.label).await else {
            return broken_keys();
        };
        let (keys, result) = match &self.kind {
            Kind::Embedded(store) => store.stream_keys(),
            Kind::Redis(store) => store.stream_keys(),
        };
        (keys, passage.end_of(result, || broken(Struck)))
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Pairs, Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.get_many(&keys),
                Kind::Redis(store) => store.get_many(keys).await,
            }
        })
        .await
    }

    async fn set_many(&self, pairs: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.set_many(pairs),
                Kind::Redis(store) => store.set_many(pairs).await,
            }
        })
        .await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.delete_many(&keys),
                Kind::Redis(store) => store.delete_many(keys).await,
            }
        })
        .await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.call(async {
            match &self.kind {
                Kind::Embedded(store) => store.increment(key, delta),
                Kind::Redis(store) => store.increment(key, delta).await,
            }
        })
        .await
    }

    async fn compare_and_swap(&self, bucket: u32, key: String) -> Result<Cas, Error> {
        let kind = match &self.kind {
            Kind::Embedded(store) => CasKind::Embedded(Arc::new(store.compare_and_swap(&key))),
            Kind::Redis(store) => CasKind::Redis(store.compare_and_swap(&key).await?),
        };
        Ok(Cas { bucket, key, kind })
    }
}

/// A listing that ends at once.
fn broken_keys() -> Keys {
    let (_, keys) = mpsc::channel(1);
    let (sender, result) = oneshot::channel();
    let _ = sender.send(Err(broken(Struck)));
    (keys, result)
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
