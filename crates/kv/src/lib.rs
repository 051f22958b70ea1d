//! Expiring keys and counters over Spin's key-value stores.
//!
//! Spin's stores know no expiry, so every value carries its own; readers honour it and the maintenance job sweeps. Only
//! `get`, `set`, `delete` and `increment` are used, and the sweep lists keys: the rest behaves differently from backend to backend
//! (see `docs/decisions.md`).

mod backend;
mod error;
mod memory;
mod patient;
mod proven;
#[cfg(target_family = "wasm")]
mod spin;
mod store;
mod sweep;

pub use backend::{Backend, Pending};
pub use error::Error;
pub use memory::Memory;
pub use patient::{Patient, Timer};
pub use proven::Proven;
#[cfg(target_family = "wasm")]
pub use spin::SpinStore;
pub use store::Store;
pub use sweep::{Listing, Sweeper, Swept};
