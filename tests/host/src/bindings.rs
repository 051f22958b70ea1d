//! Rust side of the interfaces in the `spin-sdk` package, generated while building (see `build.rs`).
#![allow(missing_docs, clippy::all, reason = "generated code")]

include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
