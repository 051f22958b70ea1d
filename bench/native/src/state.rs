//! What an instance of `signals` holds, with what there is outside of Wasm in the place of Spin's interfaces.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use axum::http::Method;
use config::{Cursors, Edge, Service, Tokens, Values};
use domain::{Clock, Random};
use guard::route::user;
use guard::{Gate, Guard, Stores};
use http_kit::bell::Bell;
use http_kit::platform::{SystemClock, SystemRandom};
use kv::{Memory, Store};
use signals::region::Names;
use signals::routes;
use signals::state::Signals;
use signals::views::Views;
use sql::Database;
use sql::native::NativeSqlite;

/// Nobody delivers mail here.
struct Silent;

impl Bell for Silent {
    fn ring(&self, _: &str) {}
}

/// The component behind its gate.
///
/// # Errors
/// What is wrong with the variables.
pub fn build(database: PathBuf) -> Result<Gate> {
    let mut values = Values::new(std::env::vars().filter_map(|(name, value)| {
        let name = name.strip_prefix("SPIN_VARIABLE_")?.to_lowercase();
        Some((name, value))
    }));
    let (service, tokens) = (Service::read(&mut values), Tokens::read(&mut values));
    let (edge, cursors) = (Edge::read(&mut values), Cursors::read(&mut values));
    let all = service.zip(tokens).zip(edge.zip(cursors));
    let ((service, tokens), (edge, cursors)) = values.finish(all).map_err(|error| anyhow!("{error}"))?;
    let counters = Memory::default();
    let stores = Stores {
        revocations: Store::new("revocations", Memory::default()),
        counters: Store::new("counters", counters.clone()),
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let guard = Arc::new(Guard::new(
        &service,
        &tokens,
        &edge,
        stores,
        Arc::clone(&clock),
        Arc::clone(&random),
    ));
    let state = Signals {
        db: Database::new(NativeSqlite::new(database)),
        guard: Arc::clone(&guard),
        cursor_key: *cursors.key.expose(),
        regions: Names::default(),
        views: Views::new(Store::new("views", counters)),
        bell: Arc::new(Silent),
        clock,
        random,
    };
    let mut entries = routes::entries();
    entries.push(user(
        Method::GET,
        "/api/v1/auth/rate-limit",
        crate::guard_alone::handle,
    ));
    let router = guard::route::router(entries, Arc::new(state));
    Ok(Gate::new("signals", guard, router).with_brotli())
}
