//! Expiring keys and counters over Spin's key-value stores.
//!
//! Spin's stores know no expiry, so every value carries its own; readers honour it and the maintenance job sweeps. Only
//! `get`, `set`, `delete` and `increment` are used: the rest behaves differently from backend to backend
//! (see `docs/decisions.md`).

mod backend;
mod error;
mod memory;
mod patient;
#[cfg(target_family = "wasm")]
mod spin;
mod store;

pub use backend::{Backend, Pending};
pub use error::Error;
pub use memory::Memory;
pub use patient::{Patient, Timer};
#[cfg(target_family = "wasm")]
pub use spin::SpinStore;
pub use store::Store;
