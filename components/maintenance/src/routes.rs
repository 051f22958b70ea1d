//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Entry, internal};

use crate::run;
use crate::state::Upkeep;

/// The table (GUARD-1): for callers with the internal key only.
pub fn entries() -> Vec<Entry<Arc<Upkeep>>> {
    vec![internal(
        Method::POST,
        "/internal/maintenance/run",
        run::once::handle,
    )]
}
