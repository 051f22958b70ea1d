//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use guard::route::{Cache, Entry, Limit, public, user};

use crate::state::Signals;
use crate::{interest, region, signal};

/// How long anybody may keep the names of regions: they change a few times a year, by a migration.
const REGIONS_KEPT: Cache = Cache::Public(3_600);

/// The table (GUARD-1).
#[rustfmt::skip]
pub fn entries() -> Vec<Entry<Arc<Signals>>> {
    vec![
        user(Method::POST, "/api/v1/signals", signal::create::handle).doc(signal::create::doc),
        user(Method::GET, "/api/v1/signals", signal::search::handle).doc(signal::search::doc),
        user(Method::GET, "/api/v1/signals/mine", signal::mine::handle).doc(signal::mine::doc),
        user(Method::GET, "/api/v1/signals/interests/mine", interest::mine::handle).doc(interest::mine::doc),
        user(Method::GET, "/api/v1/signals/{id}", signal::read::handle).cache(Cache::Revalidate).doc(signal::read::doc),
        user(Method::PATCH, "/api/v1/signals/{id}", signal::change::handle).doc(signal::change::doc),
        user(Method::DELETE, "/api/v1/signals/{id}", signal::delete::handle).doc(signal::delete::doc),
        user(Method::GET, "/api/v1/signals/{id}/stats", signal::stats::handle).doc(signal::stats::doc),
        user(Method::POST, "/api/v1/signals/{id}/interests", interest::create::handle).doc(interest::create::doc),
        user(Method::GET, "/api/v1/signals/{id}/interests", interest::list::handle).doc(interest::list::doc),
        user(Method::GET, "/api/v1/signals/{id}/interests/{interest}", interest::read::handle).doc(interest::read::doc),
        user(Method::DELETE, "/api/v1/signals/{id}/interests/{interest}", interest::withdraw::handle).doc(interest::withdraw::doc),
        user(Method::POST, "/api/v1/signals/{id}/interests/{interest}/accept", interest::decide::accept).doc(interest::decide::accept_doc),
        user(Method::POST, "/api/v1/signals/{id}/interests/{interest}/decline", interest::decide::decline).doc(interest::decide::decline_doc),
        public(Method::GET, "/api/v1/regions", Limit::Standard, region::list::handle).cache(REGIONS_KEPT).doc(region::list::doc),
    ]
}
