//! Interests: how people answer a signal (SIG-4).

pub mod create;
pub mod decide;
pub mod list;
pub mod mine;
mod position;
pub mod read;
mod view;
pub mod withdraw;
