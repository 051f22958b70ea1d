//! What an instance of this component holds.

use std::sync::Arc;

use config::Internal;
use domain::Clock;
use guard::{Guard, Guarded, Inside};
use http_kit::client::Client;
use kv::Sweeper;
use store::Database;

/// Handles and keys, built at the first request and kept.
pub struct Upkeep {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub internal: Internal,
    pub revocations: Sweeper,
    pub counters: Sweeper,
    pub progress: Sweeper,
    /// Calls the components that drive what waits.
    pub client: Client,
    pub clock: Arc<dyn Clock>,
}

impl Guarded for Upkeep {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

impl Inside for Upkeep {
    fn internal(&self) -> &Internal {
        &self.internal
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    use http_kit::client::SpinTransport;
    use kv::SpinStore;

    let (parts, internal) = guard::wiring::assemble_inside(Internal::NAMES, Internal::read).await?;
    let client = Client::new(
        Arc::new(SpinTransport),
        Arc::clone(&parts.clock),
        Arc::clone(&parts.random),
    );
    let upkeep = Upkeep {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        internal,
        revocations: Sweeper::new("revocations", SpinStore::new("revocations")),
        counters: Sweeper::new("counters", SpinStore::new("counters")),
        progress: Sweeper::new("progress", SpinStore::new("progress")),
        client,
        clock: parts.clock,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(upkeep));
    Ok(guard::Gate::new("maintenance", parts.guard, router))
}
