//! What the guard of an instance holds.

use std::sync::Arc;
use std::time::Duration;

use config::{Edge, Environment, Service, Tokens};
use domain::session::Lifetimes;
use domain::{Clock, Random};
use kv::Store;

use crate::cors::Cors;
use crate::limit::Limiter;
use crate::revocation::Revocations;
use crate::token::Verifier;

/// Everything that a request is judged with. One per instance.
pub struct Guard {
    pub(crate) verifier: Verifier,
    pub(crate) limiter: Limiter,
    pub(crate) trusted_proxies: u8,
    pub(crate) cors: Cors,
    environment: Environment,
    /// Who is revoked.
    pub revocations: Revocations,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// The state of a component, which holds its guard.
pub trait Guarded: Send + Sync + 'static {
    /// The guard of the instance.
    fn guard(&self) -> &Guard;
}

/// The two stores that the guard needs.
pub struct Stores {
    /// Must survive a restart: what is revoked stays revoked.
    pub revocations: Store,
    /// May be lost: counters of the last two minutes.
    pub counters: Store,
}

impl Guard {
    /// The guard of an instance.
    pub fn new(
        service: &Service,
        tokens: &Tokens,
        edge: &Edge,
        stores: Stores,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let longest_token: Duration = Lifetimes::DEFAULT.access;
        Self {
            verifier: Verifier::new(tokens, &service.public_url),
            limiter: Limiter::new(stores.counters, edge.rate_limits.clone()),
            trusted_proxies: edge.trusted_proxies,
            cors: Cors::new(edge.cors_allowed_origins.clone()),
            environment: service.environment,
            revocations: Revocations::new(stores.revocations, longest_token),
            clock,
            random,
        }
    }

    /// Reads once, to see whether calls can be counted (OPS-1).
    ///
    /// # Errors
    /// [`kv::Error`] when they cannot.
    pub async fn probe_counters(&self) -> Result<(), kv::Error> {
        self.limiter.probe(self.clock.now()).await
    }

    /// Whether answers say how long they took: for developers, and nobody's business elsewhere.
    pub(crate) fn tells_timing(&self) -> bool {
        self.environment == Environment::Development
    }
}
