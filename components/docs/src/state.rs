//! What an instance of this component holds.

use std::sync::Arc;

use guard::{Guard, Guarded};

use crate::site::Site;

/// Where `spin.toml` mounts what `cargo xtask site` made.
#[cfg(target_family = "wasm")]
const MOUNTED: &str = "/site";

/// The guard and the list of pages, read at the first request and kept.
pub struct Docs {
    pub guard: Arc<Guard>,
    pub site: Site,
}

impl Guarded for Docs {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let guard = guard::wiring::assemble_open().await?;
    let docs = Docs {
        guard: Arc::clone(&guard),
        site: Site::open(MOUNTED),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(docs));
    Ok(guard::Gate::new("docs", guard, router))
}
