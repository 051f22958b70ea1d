//! Runs of maintenance (OPS-7).

mod neighbour;
pub mod once;
mod report;
