//! Analyses that are due.

mod board;
mod listen;
pub mod run;
mod work;

pub use board::Board;
