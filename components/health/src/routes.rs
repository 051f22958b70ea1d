//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Entry, Limit, public};

use crate::health;
use crate::state::Health;

/// The table (GUARD-1). Nothing here asks who calls or counts calls (OPS-1).
pub fn entries() -> Vec<Entry<Arc<Health>>> {
    vec![
        public(Method::GET, "/health", Limit::Unlimited, health::report::handle).doc(health::report::doc),
        public(
            Method::GET,
            "/health/live",
            Limit::Unlimited,
            health::live::handle,
        )
        .doc(health::live::doc),
        public(
            Method::GET,
            "/health/ready",
            Limit::Unlimited,
            health::ready::handle,
        )
        .doc(health::ready::doc),
    ]
}
