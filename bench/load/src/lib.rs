//! A load generator of one thread: each connection has one request at a time, the next leaves when the answer is there (a closed loop).
//! One thread, because it gets one core and the server another.
//!
//! A wrong answer ends the run and voids it: a server that refuses is quick.

mod answer;
mod connection;
pub mod plan;
mod run;

pub use run::run;
