//! Accounts.

pub mod delete;
pub mod me;
pub mod read;
pub mod register;
pub mod revoke_tokens;
pub mod search;
pub mod set_role;
pub mod set_tier;
pub mod update;
pub mod view;
