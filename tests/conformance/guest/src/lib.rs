//! Answers the requests of the conformance cases: one path for each thing that a host can be asked.
//!
//! Answers are plain text and show errors in their `Debug` form, because the variant is what matters.
#![cfg(target_family = "wasm")]

mod capabilities;
mod key_value;
mod pg;
mod sql;

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use spin_sdk::{
    http::{FullBody, IntoResponse, Request, Response, body::IncomingBodyExt},
    http_service,
};

/// Requests that this instance has seen.
static SEEN: AtomicU32 = AtomicU32::new(0);

type Query = HashMap<String, String>;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
    let (parts, body) = request.into_parts();
    let query = parse_query(parts.uri.query().unwrap_or_default());
    let path = parts.uri.path().to_owned();
    let body = match body.bytes().await {
        Ok(body) => body.to_vec(),
        Err(error) => return text(format!("body: {error:?}")),
    };
    let said = match path.as_str() {
        "/count" => seen.to_string(),
        "/panic" => panic!("on purpose"),
        "/echo" => return bytes(body),
        "/known-length" => return known_length().await,
        "/header" => header(&parts.headers, &query),
        "/uri" => format!("{} {} {:?}", parts.method, parts.uri, parts.version),
        "/sleep" => sleep(&query).await,
        "/print" => print(),
        "/environment" => std::env::var(&query["name"]).unwrap_or_else(|error| format!("{error:?}")),
        "/environment/all" => all_environment(),
        "/variable" => capabilities::variable(&query["name"]).await,
        "/fetch" => capabilities::fetch(&query["url"]).await,
        _ if path.starts_with("/kv/") => key_value::run(&path[4..], &query, &body).await,
        _ if path.starts_with("/pg/") => pg::run(&path[4..], &query, &body).await,
        _ if path.starts_with("/sql/") => sql::run(&path[5..], &query, &body).await,
        _ => describe(&parts.headers),
    };
    text(said)
}

/// An answer of which head and body leave in one packet: its length is known, and the writer of the body already waits when the
/// head goes out. Without that a client that is slow to acknowledge costs 40 ms.
async fn known_length() -> Response<FullBody<bytes::Bytes>> {
    for _ in 0..4 {
        spin_sdk::wit_bindgen::yield_async().await;
    }
    let mut response = text("known".into());
    response
        .headers_mut()
        .insert(http::header::CONTENT_LENGTH, http::HeaderValue::from_static("5"));
    response
}

fn text(said: String) -> Response<FullBody<bytes::Bytes>> {
    bytes(said.into_bytes())
}

fn bytes(said: Vec<u8>) -> Response<FullBody<bytes::Bytes>> {
    Response::new(FullBody::new(said.into()))
}

fn parse_query(query: &str) -> Query {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Who answered, and what the host says about the route.
fn describe(headers: &http::HeaderMap) -> String {
    let name = std::env::var("NAME").unwrap_or_default();
    let mut lines = vec![format!("component {name}")];
    for (header, value) in headers {
        if header.as_str().starts_with("spin-")
            && !matches!(header.as_str(), "spin-client-addr" | "spin-full-url")
        {
            lines.push(format!("{header}={}", String::from_utf8_lossy(value.as_bytes())));
        }
    }
    lines[1..].sort();
    lines.join("\n")
}

/// All values of a header, ports hidden.
fn header(headers: &http::HeaderMap, query: &Query) -> String {
    let values = headers
        .get_all(&query["name"])
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let values: Vec<_> = values.map(|value| hide_port(&value)).collect();
    values.join(" | ")
}

fn hide_port(value: &str) -> String {
    match value.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{host}:PORT")
        }
        _ => value.to_owned(),
    }
}

async fn sleep(query: &Query) -> String {
    let time = query.get("ms").and_then(|ms| ms.parse().ok()).unwrap_or(0);
    spin_sdk::time::sleep(Duration::from_millis(time)).await;
    "slept".into()
}

fn print() -> String {
    println!("said on stdout");
    eprintln!("said on stderr");
    "printed".into()
}

fn all_environment() -> String {
    let mut all: Vec<_> = std::env::vars()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    all.sort();
    all.join("\n")
}
