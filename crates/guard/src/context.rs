//! What is known of one request from its first byte to its log line.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue, Method, header};
use domain::audit::{Action, Outcome};
use domain::session::Session;
use domain::user::User;
use domain::{Id, Random, Timestamp, random};
use http_kit::{Language, request_id};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::audit::Event;

use crate::address::ClientAddress;
use crate::limit::Decision;
use crate::route::{Limit, Route};
use crate::trace::Trace;

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
    trace: Trace,
    origin: Option<HeaderValue>,
    accept_encoding: Option<HeaderValue>,
    notes: Mutex<Notes>,
}

/// What handlers and extractors learn on the way and the end of the request needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub route: Option<Arc<Route>>,
    pub user: Option<Id<User>>,
    pub session: Option<Id<Session>>,
    pub decision: Option<Decision>,
    /// When the guard had let the request pass.
    pub admitted: Option<Timestamp>,
}

impl Notes {
    /// Keeps the decision that leaves the least: it is what the client has to know.
    pub fn keep(&mut self, decision: Decision) {
        let tighter = self
            .decision
            .is_none_or(|known| decision.remaining() <= known.remaining());
        if tighter {
            self.decision = Some(decision);
        }
    }
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
            trace: Trace::read(headers, random),
            origin: headers.get(header::ORIGIN).cloned(),
            accept_encoding: headers.get(header::ACCEPT_ENCODING).cloned(),
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

    /// Where it stands in a trace.
    pub fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// What the limit said that leaves the least; `None` while nothing was charged.
    pub fn decision(&self) -> Option<Decision> {
        self.notes().decision
    }

    /// The fields of a log event that belongs to this request (GUARD-10).
    pub fn about<const N: usize>(
        &self,
        own: [(&'static str, Value); N],
    ) -> impl Iterator<Item = (&'static str, Value)> + use<'_, N> {
        let notes = self.notes().clone();
        let mut common = vec![
            ("request_id", self.request_id().into()),
            ("fingerprint", self.fingerprint().into()),
            ("trace_id", self.trace().trace_id.as_str().into()),
        ];
        let named = own.iter().any(|(name, _)| *name == "user_id");
        if let (false, Some(user)) = (named, notes.user) {
            common.push(("user_id", user.to_string().into()));
        }
        own.into_iter().chain(common)
    }

    /// What an audit event says of the request that causes it (GUARD-11).
    pub fn audit(&self, action: Action, random: &dyn Random) -> Event {
        let notes = self.notes();
        Event {
            id: Id::new(self.received(), random),
            at: self.received(),
            request_id: self.request_id().to_owned(),
            actor: notes.user,
            session: notes.session,
            action,
            outcome: Outcome::Success,
            method: self.method().as_str().to_owned(),
            endpoint: notes.route.as_ref().map_or("unmatched", |route| route.path),
            fingerprint: self.fingerprint().to_owned(),
        }
    }

    /// Which limit the route charges.
    pub(crate) fn limit(&self) -> Limit {
        let notes = self.notes();
        notes.route.as_ref().map_or(Limit::Standard, |route| route.limit)
    }

    pub(crate) fn origin(&self) -> Option<&HeaderValue> {
        self.0.origin.as_ref()
    }

    pub(crate) fn accept_encoding(&self) -> Option<&str> {
        self.0.accept_encoding.as_ref()?.to_str().ok()
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
    base16ct::lower::encode_string(&hash.finalize())
}

/// 128 random bits in base64url: for values that must differ, such as `jti` and epochs, not for secrets.
pub(crate) fn nonce(random: &dyn Random) -> String {
    use base64::Engine;
    let bytes: [u8; 16] = random::bytes(random);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use config::Class;
    use http_kit::platform::SystemRandom;

    use super::*;

    fn context() -> Context {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        Context::new(&Method::GET, "/", &HeaderMap::new(), 0, now, &SystemRandom)
    }

    fn left(remaining: u32) -> Decision {
        Decision::Known {
            class: Class::Free,
            limit: 9,
            remaining,
            reset: 60,
            allowed: true,
        }
    }

    #[test]
    fn the_tightest_limit_is_told() {
        let context = context();
        assert_eq!(context.decision(), None);
        for (charged, told) in [(5, 5), (7, 5), (3, 3), (4, 3)] {
            context.notes().keep(left(charged));
            assert_eq!(context.decision(), Some(left(told)), "after {charged}");
        }
        // Of two that leave the same, the later: it was charged last.
        let last = Decision::Unknown {
            class: Class::Chat,
            limit: 3,
        };
        context.notes().keep(last);
        assert_eq!(context.decision(), Some(last));
    }

    #[test]
    fn an_event_says_to_which_request_it_belongs_and_once_whose_it_is() {
        let context = context();
        let fields = |own: [(&'static str, Value); 1]| {
            let fields: Vec<_> = context.about(own).collect();
            fields
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        let common = [
            format!("request_id=\"{}\"", context.request_id()),
            format!("fingerprint=\"{}\"", context.fingerprint()),
            format!("trace_id=\"{}\"", context.trace().trace_id),
        ];
        let reason = || ("reason", Value::from("expired"));
        let with = |first: &str, last: &[String]| [&[first.to_owned()], &common[..], last].concat();
        assert_eq!(fields([reason()]), with("reason=\"expired\"", &[]));
        let user = Id::new(context.received(), &SystemRandom);
        context.notes().user = Some(user);
        let named = format!("user_id=\"{user}\"");
        assert_eq!(fields([reason()]), with("reason=\"expired\"", &[named]));
        let other = ("user_id", Value::from("other"));
        assert_eq!(fields([other]), with("user_id=\"other\"", &[]));
    }

    #[test]
    fn nonces_differ() {
        let one = nonce(&SystemRandom);
        assert_eq!(one.len(), 22, "128 bits in base64url");
        assert_ne!(one, nonce(&SystemRandom));
    }
}
