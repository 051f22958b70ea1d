//! The routes of this component.

use std::sync::Arc;

use axum::routing::MethodFilter;
use guard::route::{Entry, user};

use crate::signal;
use crate::state::Signals;

/// The table (GUARD-1).
pub fn entries() -> Vec<Entry<Arc<Signals>>> {
    vec![
        user(MethodFilter::POST, "/api/v1/signals", signal::create::handle),
        user(MethodFilter::GET, "/api/v1/signals", signal::search::handle),
        user(MethodFilter::GET, "/api/v1/signals/mine", signal::mine::handle),
        user(MethodFilter::GET, "/api/v1/signals/{id}", signal::read::handle),
        user(
            MethodFilter::DELETE,
            "/api/v1/signals/{id}",
            signal::delete::handle,
        ),
    ]
}
