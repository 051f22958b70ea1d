//! The routes of this component.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::Method;
use guard::route::{Cache, Entry, Limit, Serves, public};
use guard::{Anonymous, Answer};
use http_kit::doc::Arguments;

use crate::page;
use crate::state::Docs;

/// The table (GUARD-1). Files whose name changes with their content are neither counted nor asked for twice: one page needs several of
/// them, and each costs less than counting it.
pub fn entries() -> Vec<Entry<Arc<Docs>>> {
    vec![
        shown("/openapi.json", page::read::handle).doc(page::read::document_doc),
        shown("/docs", page::read::handle),
        shown("/docs/", page::read::handle),
        shown("/docs/{*page}", page::read::handle),
        shown("/redoc", page::read::handle),
        shown("/docs/assets/{file}", page::read::handle)
            .limit(Limit::Unlimited)
            .cache(Cache::Immutable),
    ]
}

fn shown<H, T>(path: &'static str, handler: H) -> Entry<Arc<Docs>>
where
    H: Handler<T, Arc<Docs>, Future = Answer>,
    T: Serves<Anonymous> + Arguments + 'static,
{
    public(Method::GET, path, Limit::Standard, handler).cache(Cache::Shared)
}
