//! The routes of this component.

use std::sync::Arc;

use axum::routing::MethodFilter;
use guard::route::{Cache, Entry, user};

use crate::progress;
use crate::state::Board;

/// The table (GUARD-1).
pub fn entries() -> Vec<Entry<Arc<Board>>> {
    vec![
        user(
            MethodFilter::GET,
            "/api/v1/progress/{resource_id}",
            progress::read::handle,
        )
        .cache(Cache::Revalidate)
        .doc(progress::read::doc),
    ]
}
