//! The routes of this component.

use std::sync::Arc;

use axum::routing::MethodFilter;
use guard::route::{Entry, user};

use crate::analysis;
use crate::contract;
use crate::state::Contracts;

/// The table (GUARD-1).
pub fn entries() -> Vec<Entry<Arc<Contracts>>> {
    vec![
        user(MethodFilter::POST, "/api/v1/contracts", contract::create::handle),
        user(
            MethodFilter::GET,
            "/api/v1/contracts/{id}",
            contract::read::handle,
        ),
        user(
            MethodFilter::POST,
            "/api/v1/contracts/{id}/analysis",
            analysis::start::handle,
        ),
        user(
            MethodFilter::GET,
            "/api/v1/contracts/{id}/analysis",
            analysis::latest::handle,
        ),
        user(
            MethodFilter::GET,
            "/api/v1/contracts/{id}/analysis/stream",
            analysis::stream::handle,
        )
        .never_compressed(),
        user(
            MethodFilter::GET,
            "/api/v1/contracts/{id}/analyses",
            analysis::list::handle,
        ),
    ]
}
