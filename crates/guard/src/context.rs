//! What is known of one request from its first byte to its log line.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, Method, header};
use domain::session::Session;
use domain::user::User;
use domain::{Id, Random, Timestamp, random};
use http_kit::{Language, request_id};
use sha2::{Digest, Sha256};

use crate::address::ClientAddress;
use crate::limit::Decision;

/// One request. Cheap to clone: extensions carry it to the handlers.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    request_id: String,
    address: ClientAddress,
    language: Language,
    method: Method,
    path: String,
    fingerprint: String,
    received: Timestamp,
    notes: Mutex<Notes>,
}

/// What handlers and extractors learn on the way and the end of the request needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub route: Option<&'static str>,
    pub user: Option<Id<User>>,
    pub session: Option<Id<Session>>,
    pub decision: Option<Decision>,
}

impl Context {
    pub(crate) fn new(
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        trusted_proxies: u8,
        received: Timestamp,
        random: &dyn Random,
    ) -> Self {
        let address = ClientAddress::read(headers, trusted_proxies);
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let request_id = request_id::choose(headers, received, random);
        let fingerprint = fingerprint(&address, text(header::USER_AGENT).unwrap_or_default());
        Self(Arc::new(Inner {
            request_id,
            address,
            language: Language::negotiate(text(header::ACCEPT_LANGUAGE)),
            method: method.clone(),
            path: path.to_owned(),
            fingerprint,
            received,
            notes: Mutex::default(),
        }))
    }

    /// The id of the request: the client's if it is well-formed, else ours.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Where it comes from.
    pub fn address(&self) -> &ClientAddress {
        &self.0.address
    }

    /// The language of the person.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// When it came.
    pub fn received(&self) -> Timestamp {
        self.0.received
    }

    /// SHA-256 of address and user agent: tells clients apart without naming them (GUARD-10).
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    pub(crate) fn method(&self) -> &Method {
        &self.0.method
    }

    pub(crate) fn path(&self) -> &str {
        &self.0.path
    }

    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fingerprint(address: &ClientAddress, user_agent: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(address.text());
    hash.update([0]);
    hash.update(user_agent);
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = hash.finalize().into();
    format!("{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// 128 random bits in base64url: for values that must differ, such as `jti` and epochs, not for secrets.
pub(crate) fn nonce(random: &dyn Random) -> String {
    use base64::Engine;
    let bytes: [u8; 16] = random::bytes(random);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
