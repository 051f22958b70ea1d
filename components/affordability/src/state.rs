//! What an instance of this component holds.

use std::sync::Arc;

use config::GeminiQuota;
use domain::{Clock, Random};
use guard::{Guard, Guarded};
use store::Database;

use crate::planner::Planner;

/// Handles and keys, built at the first request and kept.
pub struct Checks {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub planner: Arc<dyn Planner>,
    pub quota: GeminiQuota,
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
    let names = [config::Cursors::NAMES, GeminiQuota::NAMES].concat();
    let (parts, (cursors, quota)) = guard::wiring::assemble(&names, |values| {
        let (cursors, quota) = (config::Cursors::read(values), GeminiQuota::read(values));
        cursors.zip(quota)
    })
    .await?;
    let checks = Checks {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        planner: Arc::new(crate::port::Port),
        quota,
        cursor_key: *cursors.key.expose(),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(checks));
    Ok(guard::Gate::new("affordability", parts.guard, router))
}
