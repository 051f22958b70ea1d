//! The routes of this component.

use std::sync::Arc;

use axum::routing::MethodFilter as Method;
use guard::route::{Cache, Entry, user};

use crate::state::Contracts;
use crate::{analysis, contract, task, timeline};

/// The table (GUARD-1).
#[rustfmt::skip]
pub fn entries() -> Vec<Entry<Arc<Contracts>>> {
    vec![
        user(Method::POST, "/api/v1/contracts", contract::create::handle),
        user(Method::GET, "/api/v1/contracts", contract::list::handle),
        user(Method::GET, "/api/v1/contracts/upcoming", timeline::upcoming::handle),
        user(Method::GET, "/api/v1/contracts/{id}", contract::read::handle).cache(Cache::Revalidate),
        user(Method::PATCH, "/api/v1/contracts/{id}", contract::change::handle),
        user(Method::DELETE, "/api/v1/contracts/{id}", contract::delete::handle),
        user(Method::GET, "/api/v1/contracts/{id}/document", contract::document::handle).cache(Cache::Revalidate),
        user(Method::GET, "/api/v1/contracts/{id}/timeline", timeline::read::handle),
        user(Method::GET, "/api/v1/contracts/{id}/timeline.ics", timeline::export::handle),
        user(Method::POST, "/api/v1/contracts/{id}/tasks", task::create::handle),
        user(Method::GET, "/api/v1/contracts/{id}/tasks", task::list::handle),
        user(Method::PUT, "/api/v1/contracts/{id}/tasks/order", task::arrange::handle),
        user(Method::GET, "/api/v1/contracts/{id}/tasks/{task}", task::read::handle).cache(Cache::Revalidate),
        user(Method::PATCH, "/api/v1/contracts/{id}/tasks/{task}", task::change::handle),
        user(Method::DELETE, "/api/v1/contracts/{id}/tasks/{task}", task::delete::handle),
        user(Method::POST, "/api/v1/contracts/{id}/tasks/{task}/complete", task::turn::complete),
        user(Method::POST, "/api/v1/contracts/{id}/tasks/{task}/reopen", task::turn::reopen),
        user(Method::POST, "/api/v1/contracts/{id}/analysis", analysis::start::handle),
        user(Method::GET, "/api/v1/contracts/{id}/analysis", analysis::latest::handle),
        user(Method::GET, "/api/v1/contracts/{id}/analysis/stream", analysis::stream::handle).never_compressed(),
        user(Method::GET, "/api/v1/contracts/{id}/analyses", analysis::list::handle),
    ]
}
