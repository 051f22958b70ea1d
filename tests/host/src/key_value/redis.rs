//! The store on a Redis server.
//!
//! With the oddities that Spin shows: the label plays no part, so all stores on one URL share one namespace; counters
//! are decimal text; `get-many` sends `KEYS` and therefore fails for anything but a single key without match; a swap
//! is written and then reported as failed.

use anyhow::Context;
use redis::{AsyncCommands, Client, RedisError, aio::ConnectionManager};
use tokio::sync::{OnceCell, mpsc, oneshot};

use super::{Error, Keys, Pairs, SwapError};
use crate::streams::BUFFERED;

/// A server, connected to when it is first needed.
pub struct Server {
    client: Client,
    connection: OnceCell<ConnectionManager>,
}

/// An open connection; clones share it.
#[derive(Clone)]
pub struct Store {
    client: Client,
    connection: ConnectionManager,
}

/// A watched key on a connection of its own.
#[derive(Clone)]
pub struct Cas {
    key: String,
    connection: ConnectionManager,
}

impl Server {
    /// Names the server.
    ///
    /// # Errors
    /// The address is none.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        let client = Client::open(url).context("the url of a redis store is invalid")?;
        Ok(Self {
            client,
            connection: OnceCell::new(),
        })
    }

    /// A handle on the shared connection.
    ///
    /// # Errors
    /// The server cannot be reached the first time; later the connection is made again in the background.
    pub async fn open(&self) -> Result<Store, Error> {
        let connect = || self.client.get_connection_manager();
        let connection = self
            .connection
            .get_or_try_init(connect)
            .await
            .map_err(failed)?
            .clone();
        // A broken connection is noticed, and its repair begun, by using it.
        let _ = connection.clone().ping::<()>().await;
        Ok(Store {
            client: self.client.clone(),
            connection,
        })
    }
}

impl Store {
    fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.connection().get(key).await.map_err(failed)
    }

    pub async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.connection().set(key, value).await.map_err(failed)
    }

    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        self.connection().del(key).await.map_err(failed)
    }

    pub async fn exists(&self, key: &str) -> Result<bool, Error> {
        self.connection().exists(key).await.map_err(failed)
    }

    pub async fn keys(&self) -> Result<Vec<String>, Error> {
        self.connection().keys("*").await.map_err(failed)
    }

    pub fn stream_keys(&self) -> Keys {
        let (keys, keys_end) = mpsc::channel(BUFFERED);
        let (result, result_end) = oneshot::channel();
        let connection = self.connection();
        tokio::spawn(async move {
            let _ = result.send(send_keys(connection, keys).await.map_err(failed));
        });
        (keys_end, result_end)
    }

    pub async fn get_many(&self, keys: Vec<String>) -> Result<Pairs, Error> {
        redis::cmd("KEYS")
            .arg(keys)
            .query_async(&mut self.connection())
            .await
            .map_err(failed)
    }

    pub async fn set_many(&self, pairs: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.connection().mset(pairs).await.map_err(failed)
    }

    pub async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error> {
        self.connection().del(keys).await.map_err(failed)
    }

    pub async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.connection().incr(key, delta).await.map_err(failed)
    }

    /// A watch belongs to its connection, so each one gets a new connection.
    pub async fn compare_and_swap(&self, key: &str) -> Result<Cas, Error> {
        let connection = self.client.get_connection_manager().await.map_err(failed)?;
        Ok(Cas {
            key: key.to_owned(),
            connection,
        })
    }
}

impl Cas {
    pub async fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.connection.clone();
        redis::cmd("WATCH")
            .arg(&self.key)
            .exec_async(&mut connection)
            .await
            .map_err(failed)?;
        connection.get(&self.key).await.map_err(failed)
    }

    /// `UNWATCH` takes no argument; given one the server refuses it, after the write is done.
    pub async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let mut connection = self.connection.clone();
        let written = redis::pipe()
            .atomic()
            .set(&self.key, value)
            .query_async::<()>(&mut connection)
            .await;
        let unwatched = redis::cmd("UNWATCH")
            .arg(&self.key)
            .exec_async(&mut connection)
            .await;
        written.and(unwatched).map_err(|_| SwapError::Lost)
    }
}

async fn send_keys(mut connection: ConnectionManager, keys: mpsc::Sender<String>) -> Result<(), RedisError> {
    let mut found = connection.scan::<String>().await?;
    while let Some(key) = found.next_item().await {
        if keys.send(key?).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn failed(error: RedisError) -> Error {
    Error::Other(format!("{error:?}"))
}
