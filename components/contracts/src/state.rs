//! What an instance of this component holds.

use std::sync::Arc;

use domain::{Clock, Random};
use guard::{Guard, Guarded};
use store::Database;

use crate::analysis::Desk;

/// Handles and keys, built at the first request and kept.
pub struct Contracts {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub cursor_key: [u8; 32],
    pub desk: Desk,
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
    use config::{Analyst, Cursors, Internal};
    use http_kit::bell::{ANALYSES, SpinBell};
    use http_kit::platform::SystemTimer;
    use kv::{SpinStore, Store};

    let names = [Cursors::NAMES, Internal::NAMES, Analyst::NAMES].concat();
    let (parts, (cursors, (internal, analyst))) = guard::wiring::assemble(&names, |values| {
        let (cursors, internal) = (Cursors::read(values), Internal::read(values));
        cursors.zip(internal.zip(Analyst::read(values)))
    })
    .await?;
    let (clock, random) = (Arc::clone(&parts.clock), Arc::clone(&parts.random));
    let desk = Desk {
        bell: Arc::new(SpinBell::new(ANALYSES, &internal, clock, random)?),
        progress: Store::new("progress", SpinStore::new("progress")),
        analyst,
        timer: Arc::new(SystemTimer),
    };
    let contracts = Contracts {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        cursor_key: *cursors.key.expose(),
        desk,
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(contracts));
    Ok(guard::Gate::new("contracts", parts.guard, router).with_brotli())
}
