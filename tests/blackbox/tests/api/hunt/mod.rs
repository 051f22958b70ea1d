//! Hunting: requests that no test thought of (QUAL-2). Small here; `cargo xtask hunt` makes it large by variables, see `size`.

mod cleaned;
mod corpus;
mod crowds;
mod findings;
mod headers;
mod parameters;
mod requests;
mod schema;
mod size;
mod texts;
mod world;
