//! What an instance of this component holds.

use std::sync::Arc;

use guard::{Guard, Guarded};
use store::Database;

/// Handles and keys, built at the first request and kept.
pub struct Health {
    pub db: Database,
    pub guard: Arc<Guard>,
}

impl Guarded for Health {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let parts = guard::wiring::assemble_without_identity().await?;
    let health = Health {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(health));
    Ok(guard::Gate::new("health", parts.guard, router))
}
