//! Routes as data (GUARD-1): method, path, who may call, which limit, how large a body, how long a cache may keep the answer. The
//! router, `405` with `Allow`, preflights, the documents and the access test all come from the table.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::{HeaderValue, Method};
use http_kit::doc::{Arguments, Operation};
use http_kit::json::BODY_LIMIT;

use crate::identity::{Admin, Anonymous, Caller};
use crate::internal::Internal;
use crate::router::{Answer, Router, Stateless, stateless};
use crate::state::Guarded;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever has a valid access token.
    User,
    /// The people who run the service.
    Admin,
    /// Components of ours and the maintenance job, by the internal key.
    Internal,
}

/// Which limit a route charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The caller's tier, or the anonymous limit of the address.
    Standard,
    /// The limit of sign-in attempts, per address; the handler charges the account.
    SignIn,
    /// The limit of messages to the assistant, per person, instead of the tier's.
    Chat,
    /// None (OPS-1).
    Unlimited,
}

/// Who may keep a successful answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Nobody.
    NoStore,
    /// The client, which asks each time whether it still holds (CONV-6).
    Revalidate,
    /// Everybody, for this many seconds.
    Public(u32),
    /// Everybody who asks each time whether it still holds.
    Shared,
    /// Everybody, for good: whatever changes has another address.
    Immutable,
}

impl Cache {
    /// The value of `Cache-Control`.
    pub fn header(self) -> Option<HeaderValue> {
        const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
        const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
        const SHARED: HeaderValue = HeaderValue::from_static("public, no-cache");
        const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
        match self {
            Self::NoStore => Some(NO_STORE),
            Self::Revalidate => Some(REVALIDATE),
            Self::Shared => Some(SHARED),
            Self::Immutable => Some(IMMUTABLE),
            Self::Public(seconds) => HeaderValue::try_from(format!("public, max-age={seconds}")).ok(),
        }
    }
}

/// Whether an answer may be compressed (GUARD-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Above the smallest size, if the client asks.
    Allowed,
    /// Never: it holds a secret beside what the client sent, and its length would tell of both.
    Never,
}

/// One row of a component's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Which limit it charges.
    pub limit: Limit,
    /// The largest body that it reads, in bytes.
    pub body_limit: usize,
    /// Who may keep its answers.
    pub cache: Cache,
    /// Whether its answers may be compressed.
    pub compression: Compression,
}

/// A row with its handler.
pub struct Entry<S> {
    route: Route,
    handler: Stateless<S>,
    #[cfg(not(target_family = "wasm"))]
    documents: Documents,
}

/// Who documents a route (OPS-6): the types of its handler's arguments, then the handler's `doc`.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy)]
struct Documents {
    arguments: fn(&mut Operation),
    doc: Option<fn(&mut Operation)>,
}

/// A handler whose first argument is the identity `I`. Sealed by what axum makes of a function: the tuple of its arguments
/// behind a marker.
pub trait Serves<I> {}
impl<M, I> Serves<I> for (M, I) {}
impl<M, I, A> Serves<I> for (M, I, A) {}
impl<M, I, A, B> Serves<I> for (M, I, A, B) {}
impl<M, I, A, B, C> Serves<I> for (M, I, A, B, C) {}
impl<M, I, A, B, C, D> Serves<I> for (M, I, A, B, C, D) {}
impl<M, I, A, B, C, D, E> Serves<I> for (M, I, A, B, C, D, E) {}

/// A route for anybody; its handler takes [`Anonymous`] first.
pub fn public<S, H, T>(method: Method, path: &'static str, limit: Limit, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S, Future = Answer>,
    T: Serves<Anonymous> + Arguments + 'static,
{
    Entry::new(method, path, Access::Public, handler).limit(limit)
}

/// A route for whoever is signed in; its handler takes [`Caller`] first.
pub fn user<S, H, T>(method: Method, path: &'static str, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S, Future = Answer>,
    T: Serves<Caller> + Arguments + 'static,
{
    Entry::new(method, path, Access::User, handler)
}

/// A route for the people who run the service; its handler takes [`Admin`] first.
pub fn admin<S, H, T>(method: Method, path: &'static str, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S, Future = Answer>,
    T: Serves<Admin> + Arguments + 'static,
{
    Entry::new(method, path, Access::Admin, handler)
}

/// A route for components of ours and the maintenance job; its handler takes [`Internal`] first.
pub fn internal<S, H, T>(method: Method, path: &'static str, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S, Future = Answer>,
    T: Serves<Internal> + Arguments + 'static,
{
    Entry::new(method, path, Access::Internal, handler).limit(Limit::Unlimited)
}

impl<S: Clone + Send + Sync + 'static> Entry<S> {
    fn new<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S, Future = Answer>,
        T: Arguments + 'static,
    {
        let route = Route {
            method,
            path,
            access,
            limit: Limit::Standard,
            body_limit: BODY_LIMIT,
            cache: Cache::NoStore,
            compression: Compression::Allowed,
        };
        Self {
            route,
            handler: stateless(handler),
            #[cfg(not(target_family = "wasm"))]
            documents: Documents {
                arguments: T::describe,
                doc: None,
            },
        }
    }

    /// Documents the route by the function beside its handler (OPS-6). Components carry nothing of it.
    #[cfg(not(target_family = "wasm"))]
    #[must_use]
    pub const fn doc(mut self, doc: fn(&mut Operation)) -> Self {
        self.documents.doc = Some(doc);
        self
    }

    /// Documents the route, natively; in a component nothing of it is left.
    #[cfg(target_family = "wasm")]
    #[must_use]
    pub fn doc(self, _: impl Fn(&mut Operation)) -> Self {
        self
    }

    /// Charges another limit than the caller's own.
    #[must_use]
    pub const fn limit(mut self, limit: Limit) -> Self {
        self.route.limit = limit;
        self
    }

    /// Reads at most this many bytes of a body.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.route.body_limit = bytes;
        self
    }

    /// Lets successful answers be kept.
    #[must_use]
    pub const fn cache(mut self, cache: Cache) -> Self {
        self.route.cache = cache;
        self
    }

    /// Says that answers hold a secret, such as a token.
    #[must_use]
    pub const fn never_compressed(mut self) -> Self {
        self.route.compression = Compression::Never;
        self
    }
}

/// The table of a component, for the documents and the access test.
pub fn table<S>(entries: &[Entry<S>]) -> Vec<Route> {
    entries.iter().map(|entry| entry.route.clone()).collect()
}

/// The table of a component with what documents each route; nothing where its `doc` is missing.
#[cfg(not(target_family = "wasm"))]
pub fn operations<S>(entries: &[Entry<S>]) -> Vec<(Route, Option<Operation>)> {
    let documented = |entry: &Entry<S>| {
        let Documents { arguments, doc } = entry.documents;
        let operation = doc.map(|doc| {
            let mut operation = Operation::default();
            arguments(&mut operation);
            doc(&mut operation);
            operation
        });
        (entry.route.clone(), operation)
    };
    entries.iter().map(documented).collect()
}

/// The router of a component.
pub fn router<G: Guarded>(entries: Vec<Entry<Arc<G>>>, state: Arc<G>) -> Router {
    let rows = entries.into_iter().map(|entry| (entry.route, entry.handler));
    Router::new(rows, &state)
}
