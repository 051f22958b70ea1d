//! Interests: how people answer a signal (SIG-4).

pub mod create;
pub mod decide;
pub mod list;
pub mod mine;
mod position;
mod view;
pub mod withdraw;
