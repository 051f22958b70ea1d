//! `realcare-host`: runs a `spin.toml` where Spin itself is absent.
//!
//! A stand-in for tests, honest about it: production is Spin. It takes the same words on the command line, the same
//! manifest and runtime configuration, and shows guests the same behaviour, oddities included; where it knowingly differs, the
//! README beside this package says so.

mod allowed_hosts;
mod app;
mod bindings;
mod cli;
mod component;
mod compose;
mod deny;
mod engine;
mod faults;
mod handles;
mod http;
mod key_value;
mod manifest;
mod outbound;
mod pool;
mod postgres;
mod runtime_config;
mod sqlite;
mod state;
mod stdio;
mod streams;
mod template;
mod variables;

use std::process;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

fn main() {
    let cli::Command::Up(options) = cli::Cli::parse().command;
    // Two TLS implementations could be linked in by dependencies; this one is meant.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => process::exit(failed(&error.into())),
    };
    let result = runtime.block_on(async {
        tokio::select! {
            result = app::up(*options) => result,
            result = interrupted() => result,
        }
    });
    let code = result.map_or_else(|error| failed(&error), |()| 0);
    // Guests that are still busy are not waited for: their work is lost as it is when Spin ends.
    process::exit(code)
}

/// Prints an error with its causes in one line.
fn failed(error: &anyhow::Error) -> i32 {
    eprintln!("Error: {error:#}");
    1
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupted() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => Ok(result?),
        _ = terminate.recv() => Ok(()),
    }
}
