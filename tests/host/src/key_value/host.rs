//! The interfaces that guests call.

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::{Cas, Error, KeyValue, Store, SwapError};
use crate::{
    bindings::{
        spin::key_value::key_value as spin,
        wasi::keyvalue::{atomics, batch, store as wasi},
    },
    handles::TableFull,
    streams::Items,
};

type Bucket = Resource<wasi::Bucket>;

impl From<TableFull> for Error {
    fn from(_: TableFull) -> Self {
        Self::StoreTableFull
    }
}

impl From<Error> for wasi::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::AccessDenied => Self::AccessDenied,
            Error::NoSuchStore => Self::NoSuchStore,
            Error::StoreTableFull => Self::Other("store table full".into()),
            Error::Other(text) => Self::Other(text),
        }
    }
}

impl KeyValue {
    fn store(&self, handle: u32) -> Result<Store, Error> {
        self.open.get(handle).cloned().ok_or(Error::NoSuchStore)
    }

    fn started(&self, handle: u32) -> Result<Cas, wasi::Error> {
        self.cas
            .get(handle)
            .cloned()
            .ok_or_else(|| wasi::Error::Other("compare and swap not found".into()))
    }

    async fn start_swap(&mut self, bucket: u32, key: String) -> Result<u32, wasi::Error> {
        let cas = self.store(bucket)?.compare_and_swap(bucket, key).await?;
        self.cas
            .push(cas)
            .map_err(|_| wasi::Error::Other("too many compare_and_swaps opened".into()))
    }
}

impl spin::Host for KeyValue {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl spin::HostStore for KeyValue {
    async fn drop(&mut self, store: Resource<spin::Store>) -> wasmtime::Result<()> {
        self.open.remove(store.rep());
        Ok(())
    }
}

fn opened<T>(
    accessor: &Accessor<T, HasSelf<KeyValue>>,
    store: &Resource<spin::Store>,
) -> Result<Store, Error> {
    accessor.with(|mut access| access.get().store(store.rep()))
}

impl<T: Send> spin::HostStoreWithStore<T> for HasSelf<KeyValue> {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<spin::Store>, Error> {
        let (allowed, stores) = accessor.with(|mut access| {
            let host = access.get();
            (host.allowed.contains(&label), std::sync::Arc::clone(&host.stores))
        });
        if !allowed {
            return Err(Error::AccessDenied);
        }
        let store = stores.open(&label).await?;
        Ok(Resource::new_own(
            accessor.with(|mut access| access.get().open.push(store))?,
        ))
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<spin::Store>,
        key: String,
    ) -> Result<Option<Vec<u8>>, Error> {
        opened(accessor, &store)?.get(&key).await
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<spin::Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Error> {
        opened(accessor, &store)?.set(&key, &value).await
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<spin::Store>,
        key: String,
    ) -> Result<(), Error> {
        opened(accessor, &store)?.delete(&key).await
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<spin::Store>,
        key: String,
    ) -> Result<bool, Error> {
        opened(accessor, &store)?.exists(&key).await
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<spin::Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, result) = opened(accessor, &store)?.stream_keys().await;
        accessor.with(|mut access| {
            Ok((
                StreamReader::new(&mut access, Items(keys))?,
                FutureReader::new(&mut access, result)?,
            ))
        })
    }
}

impl wasi::Host for KeyValue {
    fn convert_error(&mut self, error: wasi::Error) -> wasmtime::Result<wasi::Error> {
        Ok(error)
    }

    async fn open(&mut self, label: String) -> Result<Bucket, wasi::Error> {
        if !self.allowed.contains(&label) {
            return Err(wasi::Error::AccessDenied);
        }
        let store = self.stores.open(&label).await?;
        Ok(Resource::new_own(self.open.push(store).map_err(Error::from)?))
    }
}

impl wasi::HostBucket for KeyValue {
    async fn get(&mut self, bucket: Bucket, key: String) -> Result<Option<Vec<u8>>, wasi::Error> {
        Ok(self.store(bucket.rep())?.get(&key).await?)
    }

    async fn set(&mut self, bucket: Bucket, key: String, value: Vec<u8>) -> Result<(), wasi::Error> {
        Ok(self.store(bucket.rep())?.set(&key, &value).await?)
    }

    async fn delete(&mut self, bucket: Bucket, key: String) -> Result<(), wasi::Error> {
        Ok(self.store(bucket.rep())?.delete(&key).await?)
    }

    async fn exists(&mut self, bucket: Bucket, key: String) -> Result<bool, wasi::Error> {
        Ok(self.store(bucket.rep())?.exists(&key).await?)
    }

    async fn list_keys(
        &mut self,
        bucket: Bucket,
        cursor: Option<String>,
    ) -> Result<wasi::KeyResponse, wasi::Error> {
        if cursor.is_some() {
            return Err(wasi::Error::Other("list_keys: cursor not supported".into()));
        }
        let keys = self.store(bucket.rep())?.keys().await?;
        Ok(wasi::KeyResponse { keys, cursor: None })
    }

    async fn drop(&mut self, bucket: Bucket) -> wasmtime::Result<()> {
        self.open.remove(bucket.rep());
        Ok(())
    }
}

impl batch::Host for KeyValue {
    async fn get_many(
        &mut self,
        bucket: Bucket,
        keys: Vec<String>,
    ) -> Result<Vec<(String, Option<Vec<u8>>)>, wasi::Error> {
        let store = self.store(bucket.rep())?;
        if keys.is_empty() {
            Ok(Vec::new())
        } else {
            Ok(store.get_many(keys).await?)
        }
    }

    async fn set_many(&mut self, bucket: Bucket, pairs: Vec<(String, Vec<u8>)>) -> Result<(), wasi::Error> {
        let store = self.store(bucket.rep())?;
        if pairs.is_empty() {
            Ok(())
        } else {
            Ok(store.set_many(&pairs).await?)
        }
    }

    async fn delete_many(&mut self, bucket: Bucket, keys: Vec<String>) -> Result<(), wasi::Error> {
        let store = self.store(bucket.rep())?;
        if keys.is_empty() {
            Ok(())
        } else {
            Ok(store.delete_many(keys).await?)
        }
    }
}

impl atomics::HostCas for KeyValue {
    async fn new(&mut self, bucket: Bucket, key: String) -> Result<Resource<atomics::Cas>, wasi::Error> {
        self.start_swap(bucket.rep(), key).await.map(Resource::new_own)
    }

    async fn current(&mut self, cas: Resource<atomics::Cas>) -> Result<Option<Vec<u8>>, wasi::Error> {
        Ok(self.started(cas.rep())?.current().await?)
    }

    async fn drop(&mut self, cas: Resource<atomics::Cas>) -> wasmtime::Result<()> {
        self.cas.remove(cas.rep());
        Ok(())
    }
}

impl atomics::Host for KeyValue {
    fn convert_cas_error(&mut self, error: atomics::CasError) -> wasmtime::Result<atomics::CasError> {
        Ok(error)
    }

    async fn increment(&mut self, bucket: Bucket, key: String, delta: i64) -> Result<i64, wasi::Error> {
        Ok(self.store(bucket.rep())?.increment(&key, delta).await?)
    }

    /// A lost swap hands out a new one that has seen the present value, ready to be tried again.
    async fn swap(&mut self, cas: Resource<atomics::Cas>, value: Vec<u8>) -> Result<(), atomics::CasError> {
        let failed = atomics::CasError::StoreError;
        let started = self.started(cas.rep()).map_err(failed)?;
        match started.swap(value).await {
            Ok(()) => Ok(()),
            Err(SwapError::Failed(text)) => Err(failed(wasi::Error::Other(text))),
            Err(SwapError::Lost) => {
                let next = self
                    .start_swap(started.bucket, started.key)
                    .await
                    .map_err(failed)?;
                let seen = self.started(next).map_err(failed)?.current().await;
                seen.map_err(|error| failed(error.into()))?;
                Err(atomics::CasError::CasFailed(Resource::new_own(next)))
            }
        }
    }
}
