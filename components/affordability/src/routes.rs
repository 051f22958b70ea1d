//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Entry, Limit, user};

use crate::reality_check;
use crate::state::Checks;

/// The table (GUARD-1). A check may cost money at the provider of plans, so making one counts against the limit of messages to the assistant.
#[rustfmt::skip]
pub fn entries() -> Vec<Entry<Arc<Checks>>> {
    vec![
        user(Method::POST, "/api/v1/reality-checks", reality_check::create::handle).limit(Limit::Chat).body_limit(16 * 1024).doc(reality_check::create::doc),
        user(Method::GET, "/api/v1/reality-checks", reality_check::list::handle).doc(reality_check::list::doc),
        user(Method::GET, "/api/v1/reality-checks/{id}", reality_check::read::handle).doc(reality_check::read::doc),
        user(Method::DELETE, "/api/v1/reality-checks/{id}", reality_check::delete::handle).doc(reality_check::delete::doc),
    ]
}
