//! Reality checks (CON-6).

pub mod create;
pub mod delete;
pub mod list;
mod plan;
pub mod read;
mod view;
