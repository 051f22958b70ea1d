//! What an instance of this component holds.

use std::sync::Arc;

use domain::{Clock, Random};
use guard::{Guard, Guarded};
use store::Database;
use store::provider_bucket::Quota;

use crate::planner::Planner;

/// Handles and keys, built at the first request and kept.
pub struct Checks {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub planner: Arc<dyn Planner>,
    /// How often an outside planner may be asked; `None` while none has a key.
    pub quota: Option<Quota>,
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
    use config::{Cursors, Gemini, GeminiQuota};

    let names = [Cursors::NAMES, Gemini::NAMES, GeminiQuota::NAMES].concat();
    let (parts, (cursors, (gemini, quota))) = guard::wiring::assemble(&names, |values| {
        let cursors = Cursors::read(values);
        let (gemini, quota) = (Gemini::read(values), GeminiQuota::read(values));
        cursors.zip(gemini.zip(quota))
    })
    .await?;
    let checks = Checks {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        planner: Arc::new(crate::port::Port),
        quota: gemini.map(|_| Quota::steady(quota.per_minute)),
        cursor_key: *cursors.key.expose(),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(checks));
    Ok(guard::Gate::new("affordability", parts.guard, router))
}
