//! Estate agents.

pub mod create;
pub mod delete;
pub mod list;
pub mod mine;
pub mod read;
pub mod unverify;
pub mod verify;
mod view;
