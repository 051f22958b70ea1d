//! The harness of the black-box tests: starts the whole app and drives it over HTTP on the loopback interface.
//!
//! An [`App`] is `spin.toml` with the real components, running on the stand-in host or, with `$SPIN` set, on Spin, in a
//! folder of its own with its own database, stores and secrets. It ends with the value that holds it.
//!
//! `REALCARE_HOST_BIN` names the stand-in host, `REALCARE_XTASK_BIN` the tool that applies the migrations; both have
//! defaults. The data is in files, or with `REALCARE_ENGINES=servers` in Postgres and Redis. With `REALCARE_KEEP` set the folders stay, to be looked at.

mod app;
mod client;
mod document;
mod endless;
mod event_stream;
mod expect;
mod faults;
mod folder;
mod gemini;
mod log;
mod mail_api;
mod manifest;
mod people;
mod place;
mod provider;
mod raw;
mod relay;
mod secrets;
mod server;
mod together;

pub use app::{App, Builder, Database};
pub use client::{Answer, Client, Request};
pub use document::document;
pub use event_stream::{Event, EventStream};
pub use expect::{guarded, hangul, problem, refusal, success};
pub use faults::{Fault, Faults, What};
pub use gemini::{GEMINI_VERSION, Gate, Gemini, GeminiStandIn, analysis, plan};
pub use log::Log;
pub use mail_api::{MailApi, Posted};
pub use people::{Person, contract, licence_number, login, signal};
pub use place::Place;
pub use provider::Providers;
pub use raw::exchange;
pub use relay::Relay;
pub use secrets::{Secrets, read_token};
pub use server::is_spin;
pub use together::{minute_with_room, together};

/// Limits that no test reaches by accident.
pub const NO_LIMITS: &str =
    "anonymous=100000,sign_in=100000,free=100000,premium=100000,admin=100000,chat=100000";
