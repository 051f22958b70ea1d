//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Entry, internal};

use crate::analysis;
use crate::state::Workshop;

/// The table (GUARD-1): for callers with the internal key only.
pub fn entries() -> Vec<Entry<Arc<Workshop>>> {
    vec![internal(
        Method::POST,
        "/internal/analyses/run",
        analysis::run::handle,
    )]
}
