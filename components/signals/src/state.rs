//! What an instance of this component holds.

use std::sync::Arc;

use domain::{Clock, Random};
use guard::{Guard, Guarded};
use http_kit::bell::Bell;
use store::Database;

use crate::region::Names;
use crate::views::Views;

/// Handles and keys, built at the first request and kept.
pub struct Signals {
    /// The data.
    pub db: Database,
    /// What every request passes.
    pub guard: Arc<Guard>,
    /// Signs cursors (CONV-5).
    pub cursor_key: [u8; 32],
    /// What regions are called.
    pub regions: Names,
    /// Views that are not in the database yet.
    pub views: Views,
    /// Rung after an interest was accepted, which leaves mails (SIG-4).
    pub bell: Arc<dyn Bell>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl Guarded for Signals {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    use config::{Cursors, Internal};
    use http_kit::bell::{OUTBOX, SpinBell};
    use kv::{SpinStore, Store};

    let names = [Cursors::NAMES, Internal::NAMES].concat();
    let (parts, (cursors, internal)) = guard::wiring::assemble(&names, |values| {
        let cursors = Cursors::read(values);
        cursors.zip(Internal::read(values))
    })
    .await?;
    let (clock, random) = (Arc::clone(&parts.clock), Arc::clone(&parts.random));
    let bell = SpinBell::new(OUTBOX, &internal, clock, random)?;
    let signals = Signals {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        cursor_key: *cursors.key.expose(),
        regions: Names::default(),
        views: Views::new(Store::new("views", SpinStore::new("counters"))),
        bell: Arc::new(bell),
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(signals));
    Ok(guard::Gate::new("signals", parts.guard, router).with_brotli())
}
