//! What every request passes: request id, client address, identity, revocation, limits; on the way back headers and log.
//!
//! A component hands its routes to [`route::router`] and wraps the result in a [`Gate`]. Authentication is a type: a handler
//! takes [`Caller`], [`Admin`] or [`Anonymous`] as its first argument, and one that takes none does not become a route.

mod address;
mod context;
mod cors;
mod doc;
mod gate;
mod idempotency;
mod identity;
mod internal;
mod limit;
mod limit_headers;
pub mod problem;
mod request_line;
mod revocation;
pub mod route;
mod router;
mod state;
pub mod token;
mod trace;
#[cfg(any(target_family = "wasm", test))]
mod unconfigured;
#[cfg(target_family = "wasm")]
pub mod wiring;

pub use address::ClientAddress;
pub use context::Context;
pub use gate::Gate;
pub use idempotency::{Creation, Once};
pub use identity::{Admin, Anonymous, Caller};
pub use internal::{Inside, Internal};
pub use limit::{Decision, Limiter, counter_is_over};
pub use revocation::{Revocations, SWEPT as SWEPT_REVOCATIONS};
pub use router::{Answer, Router};
pub use state::{Guard, Guarded, Stores};
pub use trace::Trace;
