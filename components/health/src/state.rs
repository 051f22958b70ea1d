//! What an instance of this component holds.

use std::sync::Arc;

use axum::http::Uri;
use guard::{Guard, Guarded};
use http_kit::client::Transport;
use store::Database;

use crate::health::report::Latest;

/// Handles, built at the first request and kept.
pub struct Health {
    pub db: Database,
    pub guard: Arc<Guard>,
    /// Carries the questions to services of others, and keeps the time.
    pub transport: Arc<dyn Transport>,
    pub outside: Vec<Service>,
    pub latest: Latest,
}

/// Somebody else's service that ours needs.
pub struct Service {
    /// What it is called in a report.
    pub name: &'static str,
    /// Where it is asked.
    pub address: Uri,
}

impl Guarded for Health {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    use config::OutsideServices;

    let (parts, outside) =
        guard::wiring::assemble_inside(OutsideServices::NAMES, OutsideServices::read).await?;
    let outside = outside.0.into_iter().filter_map(|(name, address)| {
        let address = address.parse().ok()?;
        Some(Service { name, address })
    });
    let health = Health {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        transport: Arc::new(http_kit::client::SpinTransport),
        outside: outside.collect(),
        latest: Latest::default(),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(health));
    Ok(guard::Gate::new("health", parts.guard, router))
}
