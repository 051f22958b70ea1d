//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Cache, Entry, user};

use crate::progress;
use crate::state::Board;

/// The table (GUARD-1).
pub fn entries() -> Vec<Entry<Arc<Board>>> {
    vec![
        user(
            Method::GET,
            "/api/v1/progress/{resource_id}",
            progress::read::handle,
        )
        .cache(Cache::Revalidate)
        .doc(progress::read::doc),
    ]
}
