//! Key-value stores, through Spin's own interface and through WASI's.

use spin_sdk::{
    experimental::wasi::keyvalue::{atomics, batch, store as wasi},
    key_value::Store,
};

use crate::{Query, capabilities::variant};

pub async fn run(action: &str, query: &Query, body: &[u8]) -> String {
    let label = query.get("store").map_or("default", String::as_str);
    let key = query.get("key").map_or("", String::as_str);
    match action.strip_prefix("wasi/") {
        Some(action) => wasi(action, label, key, query, body).unwrap_or_else(|error| variant(&error)),
        None => spin(action, label, key, body)
            .await
            .unwrap_or_else(|error| variant(&error)),
    }
}

async fn spin(
    action: &str,
    label: &str,
    key: &str,
    body: &[u8],
) -> Result<String, spin_sdk::key_value::Error> {
    let store = Store::open(label).await?;
    Ok(match action {
        "get" => store.get(key).await?.map_or("none".into(), show),
        "set" => store.set(key, body).await.map(|()| "set".to_owned())?,
        "delete" => store.delete(key).await.map(|()| "deleted".to_owned())?,
        "exists" => store.exists(key).await?.to_string(),
        "keys" => {
            let mut keys = store.get_keys().await.collect().await?;
            keys.sort();
            keys.join(",")
        }
        "open-many" => open_many(label).await,
        _ => "no such action".into(),
    })
}

/// How many of 300 handles fit, and what is said to one that does not.
async fn open_many(label: &str) -> String {
    let mut open = Vec::new();
    while open.len() < 300 {
        match Store::open(label).await {
            Ok(store) => open.push(store),
            Err(error) => return format!("{} {}", open.len() + 1, variant(&error)),
        }
    }
    "all fit".to_owned()
}

fn wasi(action: &str, label: &str, key: &str, query: &Query, body: &[u8]) -> Result<String, wasi::Error> {
    let bucket = wasi::open(label)?;
    let delta = query
        .get("delta")
        .and_then(|delta| delta.parse().ok())
        .unwrap_or(1);
    Ok(match action {
        "get" => bucket.get(key)?.map_or("none".into(), show),
        "set" => bucket.set(key, body).map(|()| "set".to_owned())?,
        "keys" => {
            let mut keys = bucket.list_keys(None)?.keys;
            keys.sort();
            keys.join(",")
        }
        "cursor" => bucket.list_keys(Some("x")).map(|_| "listed".to_owned())?,
        "increment" => atomics::increment(&bucket, key, delta)?.to_string(),
        "get-many" => many(batch::get_many(&bucket, &split(key))?),
        "set-many" => {
            let pairs: Vec<_> = split(key).into_iter().map(|key| (key, body.to_vec())).collect();
            batch::set_many(&bucket, &pairs).map(|()| "set".to_owned())?
        }
        "delete-many" => batch::delete_many(&bucket, &split(key)).map(|()| "deleted".to_owned())?,
        "swap" => swap(&bucket, key, body)?,
        "lost-swap" => lost_swap(&bucket, key, body)?,
        _ => "no such action".into(),
    })
}

fn swap(bucket: &wasi::Bucket, key: &str, body: &[u8]) -> Result<String, wasi::Error> {
    let cas = atomics::Cas::new(bucket, key)?;
    let seen = cas.current()?.map_or("none".into(), show);
    let result = atomics::swap(cas, body);
    Ok(format!(
        "{seen} {}",
        result.map_or_else(|error| variant(&error), |()| "swapped".into())
    ))
}

/// A swap with a change in between, and another one with the handle that is given instead.
fn lost_swap(bucket: &wasi::Bucket, key: &str, body: &[u8]) -> Result<String, wasi::Error> {
    let cas = atomics::Cas::new(bucket, key)?;
    cas.current()?;
    bucket.set(key, b"changed")?;
    Ok(match atomics::swap(cas, body) {
        Err(atomics::CasError::CasFailed(again)) => {
            let seen = again.current()?.map_or("none".into(), show);
            let result = atomics::swap(again, body);
            format!(
                "lost {seen} {}",
                result.map_or_else(|error| variant(&error), |()| "swapped".into())
            )
        }
        Err(error) => variant(&error),
        Ok(()) => "swapped".into(),
    })
}

fn split(keys: &str) -> Vec<String> {
    keys.split(',').map(str::to_owned).collect()
}

fn many(mut found: Vec<(String, Option<Vec<u8>>)>) -> String {
    found.sort();
    let found = found
        .into_iter()
        .map(|(key, value)| format!("{key}={}", value.map_or("none".into(), show)));
    found.collect::<Vec<_>>().join(",")
}

/// Text as text, other bytes as numbers.
fn show(value: Vec<u8>) -> String {
    match String::from_utf8(value) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => format!("{:?}", text.into_bytes()),
        Err(error) => format!("{:?}", error.into_bytes()),
    }
}
