//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Entry, internal};

use crate::outbox;
use crate::state::Delivery;

/// The table (GUARD-1): for callers with the internal key only.
pub fn entries() -> Vec<Entry<Arc<Delivery>>> {
    vec![internal(
        Method::POST,
        "/internal/outbox/drain",
        outbox::drain::handle,
    )]
}
