//! All SQL, one file per noun. Every statement that touches a person's data names that person in its `WHERE` (CONV-9);
//! every write is one statement or one transaction.
//!
//! Parameters are numbered in the order of their first use: SQLite binds `$1` by that order, Postgres by its number.

pub mod agent;
pub mod analysis;
pub mod analysis_finding;
pub mod analysis_work;
pub mod audit;
mod codec;
mod conditions;
#[cfg(target_family = "wasm")]
pub mod connect;
pub mod contract;
pub mod contract_document;
mod explain;
pub mod health;
pub mod idempotency_key;
pub mod identity;
pub mod interest;
pub mod invariant;
pub mod oauth_state;
pub mod one_time_token;
pub mod outbox;
pub mod password;
pub mod place;
pub mod provider_bucket;
pub mod reality_check;
pub mod region;
pub mod session;
pub mod sign_in;
pub mod signal;
pub mod signal_expiry;
pub mod signal_search;
pub mod signal_stats;
pub mod sweep;
pub mod task;
pub mod timeline;
pub mod token_floor;
pub mod user;

pub use sql::{Database, Error};

/// The number of the newest migration that this code knows; `ready` compares it with the database's (OPS-1).
pub const SCHEMA_VERSION: i64 = 20;
