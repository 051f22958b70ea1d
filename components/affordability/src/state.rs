//! What an instance of this component holds.

use std::sync::Arc;

use domain::{Clock, Random};
use guard::{Guard, Guarded};
use store::Database;
use store::provider_bucket::Quota;

use crate::planner::Planner;

/// How much of the provider of plans we use (GUARD-5).
pub const QUOTA: Quota = Quota {
    burst: 15,
    per_minute: 60,
};

/// Handles and keys, built at the first request and kept.
pub struct Checks {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub planner: Arc<dyn Planner>,
    pub quota: Quota,
    pub cursor_key: [u8; 32],
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Guarded for Checks {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let (parts, cursors) = guard::wiring::assemble(config::Cursors::NAMES, config::Cursors::read).await?;
    let checks = Checks {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        planner: Arc::new(crate::port::Port),
        quota: QUOTA,
        cursor_key: *cursors.key.expose(),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(checks));
    Ok(guard::Gate::new("affordability", parts.guard, router))
}
