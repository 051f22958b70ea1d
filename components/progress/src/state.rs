//! What an instance of this component holds.

use std::sync::Arc;

use domain::Clock;
use guard::{Guard, Guarded};
use kv::Store;

/// Handles and keys, built at the first request and kept.
pub struct Board {
    pub guard: Arc<Guard>,
    pub records: Store,
    pub clock: Arc<dyn Clock>,
}

impl Guarded for Board {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let (parts, ()) = guard::wiring::assemble(&[], |_| Some(())).await?;
    let board = Board {
        guard: Arc::clone(&parts.guard),
        records: Store::new("progress", kv::SpinStore::new("progress")),
        clock: parts.clock,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(board));
    Ok(guard::Gate::new("progress", parts.guard, router))
}
