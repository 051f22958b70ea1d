//! Parsers of untrusted input as fuzz targets (QUAL-2). Each target reads any bytes and panics if a promise of its parser is broken; parsers
//! that promise nothing more promise not to panic.
//!
//! A test runs every target on its seeds and on mutations of them. `cargo xtask hunt fuzz` builds the same targets with LLVM's coverage
//! counters and lets libFuzzer search; what it finds becomes a file among the seeds and so a case of that test.

mod targets;

pub use targets::{TARGETS, Target, target};
