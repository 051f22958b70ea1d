//! Puts an instance together from its variables (GUARD-12).

use std::sync::Arc;

use config::{ConfigError, DatabaseTarget, Edge, Service, Tokens, Values};
use domain::{Clock, Random};
use http_kit::platform::{PooledRandom, SystemClock, SystemRandom};
use kv::{SpinStore, Store};
use store::Database;

use crate::state::{Guard, Stores};

/// What every component is made of.
pub struct Parts {
    /// The guard.
    pub guard: Arc<Guard>,
    /// The data.
    pub db: Database,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// What the service is called and where it runs.
    pub service: Service,
    /// How its tokens are verified.
    pub tokens: Tokens,
}

/// Reads the variables that every component needs, and with `read` those that this one needs besides.
///
/// # Errors
/// [`ConfigError`] with every variable that is missing or malformed.
pub async fn assemble<T>(
    names: &[&'static str],
    read: impl FnOnce(&mut Values) -> Option<T>,
) -> Result<(Parts, T), ConfigError> {
    let common = [
        Service::NAMES,
        DatabaseTarget::NAMES,
        Edge::NAMES,
        Tokens::NAMES,
        names,
    ];
    let mut values = config::fetch(&common.concat()).await;
    let base = Base::read(&mut values);
    let tokens = Tokens::read(&mut values);
    let own = read(&mut values);
    let (base, (tokens, own)) = values.finish(base.zip(tokens.zip(own)))?;
    Ok((base.parts(tokens), own))
}

/// The same for a component that never asks who calls: it works without keys.
///
/// # Errors
/// As [`assemble`].
pub async fn assemble_inside<T>(
    names: &[&'static str],
    read: impl FnOnce(&mut Values) -> Option<T>,
) -> Result<(Parts, T), ConfigError> {
    let common = [Service::NAMES, DatabaseTarget::NAMES, Edge::NAMES, names];
    let mut values = config::fetch(&common.concat()).await;
    let base = Base::read(&mut values);
    let own = read(&mut values);
    let (base, own) = values.finish(base.zip(own))?;
    Ok((base.parts(nobody()), own))
}

/// The guard of a component that has no data and never asks who calls: it counts calls and finishes answers.
///
/// # Errors
/// As [`assemble`].
pub async fn assemble_open() -> Result<Arc<Guard>, ConfigError> {
    let mut values = config::fetch(&[Service::NAMES, Edge::NAMES].concat()).await;
    let (service, edge) = (Service::read(&mut values), Edge::read(&mut values));
    let (service, edge) = values.finish(service.zip(edge))?;
    Ok(Arc::new(guard(
        &service,
        &nobody(),
        &edge,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )))
}

/// No key that a token could be signed with.
const fn nobody() -> Tokens {
    Tokens {
        audience: String::new(),
        keys: Vec::new(),
    }
}

fn guard(
    service: &Service,
    tokens: &Tokens,
    edge: &Edge,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Guard {
    let stores = Stores {
        revocations: Store::new("revocations", SpinStore::new("revocations")),
        counters: Store::new("counters", SpinStore::new("counters")),
    };
    Guard::new(service, tokens, edge, stores, clock, random)
}

struct Base {
    service: Service,
    target: DatabaseTarget,
    edge: Edge,
}

impl Base {
    fn read(values: &mut Values) -> Option<Self> {
        // All three are read before any is missed, so that every mistake is reported.
        let (service, target, edge) = (
            Service::read(values),
            DatabaseTarget::read(values),
            Edge::read(values),
        );
        Some(Self {
            service: service?,
            target: target?,
            edge: edge?,
        })
    }

    fn parts(self, tokens: Tokens) -> Parts {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let guard = guard(
            &self.service,
            &tokens,
            &self.edge,
            Arc::clone(&clock),
            Arc::new(PooledRandom::<SystemRandom>::default()),
        );
        let db = match &self.target {
            DatabaseTarget::Sqlite => store::connect::sqlite("default"),
            DatabaseTarget::Postgres(url) => store::connect::postgres(url.expose()),
        };
        Parts {
            guard: Arc::new(guard),
            db,
            clock,
            random,
            service: self.service,
            tokens,
        }
    }
}
