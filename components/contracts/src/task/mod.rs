//! Tasks of contracts (CON-3).

pub mod arrange;
pub mod change;
pub mod create;
pub mod delete;
pub mod list;
pub mod read;
pub mod turn;
pub mod view;
