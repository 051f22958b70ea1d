//! What an instance of this component holds.

use std::sync::Arc;

use config::Internal;
use domain::{Clock, Random};
use guard::{Guard, Guarded, Inside};
use http_kit::platform::Timer;
use store::Database;
use store::provider_bucket::Quota;

use crate::analysis::Board;
use crate::analyst::Analyst;

/// Handles and keys, built at the first request and kept.
pub struct Workshop {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub analyst: Arc<dyn Analyst>,
    pub board: Board,
    pub internal: Internal,
    /// How often an outside analyst may be asked; `None` while none has a key.
    pub quota: Option<Quota>,
    pub timer: Arc<dyn Timer>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Guarded for Workshop {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

impl Inside for Workshop {
    fn internal(&self) -> &Internal {
        &self.internal
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    use config::{Gemini, GeminiQuota};
    use http_kit::platform::SystemTimer;
    use kv::{SpinStore, Store};

    let names = [Internal::NAMES, Gemini::NAMES, GeminiQuota::NAMES].concat();
    let (parts, (internal, (gemini, quota))) = guard::wiring::assemble_inside(&names, |values| {
        let internal = Internal::read(values);
        let (gemini, quota) = (Gemini::read(values), GeminiQuota::read(values));
        internal.zip(gemini.zip(quota))
    })
    .await?;
    let workshop = Workshop {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        analyst: Arc::new(crate::port::Port),
        board: Board::new(Store::new("progress", SpinStore::new("progress"))),
        internal,
        quota: gemini.map(|_| Quota::steady(quota.per_minute)),
        timer: Arc::new(SystemTimer),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(workshop));
    Ok(guard::Gate::new("analysis", parts.guard, router))
}
