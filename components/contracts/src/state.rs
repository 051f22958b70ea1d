//! What an instance of this component holds.

use std::sync::Arc;

use domain::{Clock, Random};
use guard::{Guard, Guarded};
use store::Database;

/// Handles and keys, built at the first request and kept.
pub struct Contracts {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub cursor_key: [u8; 32],
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Guarded for Contracts {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let (parts, cursors) = guard::wiring::assemble(config::Cursors::NAMES, config::Cursors::read).await?;
    let contracts = Contracts {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        cursor_key: *cursors.key.expose(),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(contracts));
    Ok(guard::Gate::new("contracts", parts.guard, router).with_brotli())
}
