//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Cache, Entry, user};

use crate::state::Contracts;
use crate::{analysis, contract, task, timeline};

/// The table (GUARD-1).
#[rustfmt::skip]
pub fn entries() -> Vec<Entry<Arc<Contracts>>> {
    vec![
        user(Method::POST, "/api/v1/contracts", contract::create::handle).doc(contract::create::doc),
        user(Method::GET, "/api/v1/contracts", contract::list::handle).doc(contract::list::doc),
        user(Method::GET, "/api/v1/contracts/upcoming", timeline::upcoming::handle).doc(timeline::upcoming::doc),
        user(Method::GET, "/api/v1/contracts/{id}", contract::read::handle).cache(Cache::Revalidate).doc(contract::read::doc),
        user(Method::PATCH, "/api/v1/contracts/{id}", contract::change::handle).doc(contract::change::doc),
        user(Method::DELETE, "/api/v1/contracts/{id}", contract::delete::handle).doc(contract::delete::doc),
        user(Method::GET, "/api/v1/contracts/{id}/document", contract::document::handle).cache(Cache::Revalidate).doc(contract::document::doc),
        user(Method::GET, "/api/v1/contracts/{id}/timeline", timeline::read::handle).doc(timeline::read::doc),
        user(Method::GET, "/api/v1/contracts/{id}/timeline.ics", timeline::export::handle).doc(timeline::export::doc),
        user(Method::POST, "/api/v1/contracts/{id}/tasks", task::create::handle).doc(task::create::doc),
        user(Method::GET, "/api/v1/contracts/{id}/tasks", task::list::handle).doc(task::list::doc),
        user(Method::PUT, "/api/v1/contracts/{id}/tasks/order", task::arrange::handle).doc(task::arrange::doc),
        user(Method::GET, "/api/v1/contracts/{id}/tasks/{task}", task::read::handle).cache(Cache::Revalidate).doc(task::read::doc),
        user(Method::PATCH, "/api/v1/contracts/{id}/tasks/{task}", task::change::handle).doc(task::change::doc),
        user(Method::DELETE, "/api/v1/contracts/{id}/tasks/{task}", task::delete::handle).doc(task::delete::doc),
        user(Method::POST, "/api/v1/contracts/{id}/tasks/{task}/complete", task::turn::complete).doc(task::turn::complete_doc),
        user(Method::POST, "/api/v1/contracts/{id}/tasks/{task}/reopen", task::turn::reopen).doc(task::turn::reopen_doc),
        user(Method::POST, "/api/v1/contracts/{id}/analysis", analysis::start::handle).doc(analysis::start::doc),
        user(Method::GET, "/api/v1/contracts/{id}/analysis", analysis::latest::handle).doc(analysis::latest::doc),
        user(Method::GET, "/api/v1/contracts/{id}/analysis/stream", analysis::stream::handle).never_compressed().doc(analysis::stream::doc),
        user(Method::GET, "/api/v1/contracts/{id}/analyses", analysis::list::handle).doc(analysis::list::doc),
        user(Method::GET, "/api/v1/contracts/{id}/analyses/{analysis}", analysis::read::handle).doc(analysis::read::doc),
    ]
}
