//! `cargo xtask`: the project's own commands. `cargo xtask --help` lists them.
//!
//! Each command is a module of the same name; what several commands share is in `workspace` (where things are),
//! `process` (running and ending programs), `term` (what a person sees), `apt` and `packages` (what others made, without installing).

mod admin;
mod app;
mod apt;
mod audit;
mod backup;
mod bench;
mod browser;
mod cases;
mod check_config;
mod check_data;
mod common_passwords;
mod components;
mod hunt;
mod interop;
mod keys;
mod maintain;
mod manifest;
mod migrate;
mod new_component;
mod openapi;
mod operator;
mod packages;
mod places;
mod process;
mod reference;
mod sample;
mod secrets;
mod server;
mod services;
mod site;
mod term;
mod test;
mod toolchain;
mod up;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all tests: format, clippy, native, house rules, then the real components on the host and on Spin
    Test(test::Args),
    /// Make a component that builds, is in the manifest and passes the tests
    NewComponent(new_component::Args),
    /// Build, migrate and serve the app for development, on Spin or on the stand-in host
    Up(up::Args),
    /// Make sure that the wasm32-wasip2 target is there, building it from Debian's sources where rustup cannot load it
    Toolchain,
    /// Build the Wasm components into target/components and show their sizes
    Build(components::Args),
    /// Make the pages that the component docs serves, in target/site
    Site(site::Args),
    /// Apply the SQL migrations, show which are applied, or start a new one
    Migrate(migrate::Args),
    /// Make a person an admin, or an ordinary user again
    Admin(admin::Args),
    /// Write the whole database into one file while the app serves
    Backup(backup::BackupArgs),
    /// Load such a file into an empty database
    Restore(backup::RestoreArgs),
    /// Load the places of client addresses
    Places(places::Args),
    /// Have a running app sweep what is over and drive what waits, until nothing is left
    Maintain(maintain::Args),
    /// Check the variables of a start without starting
    CheckConfig(check_config::Args),
    /// Look for what violates an invariant of the data, reading only
    CheckData(check_data::Args),
    /// Write .env.example, the page about the variables and the made parts of the pages about problems
    Reference,
    /// Write openapi.json, the API document, out of the components' routes and types
    Openapi(openapi::Args),
    /// Rotate the keys that sign and encrypt, and retire the old ones
    Keys(keys::Args),
    /// Make the embedded list of common passwords out of a text with one on each line
    CommonPasswords(common_passwords::Args),
    /// Let strict OAuth 2.0 and OpenID Connect software of others meet the app
    Interop(interop::Args),
    /// Look for what no test thought of: properties, naughty texts, schemathesis, coverage-guided fuzzing
    Hunt(hunt::Args),
    /// Have workflows, manifests, scripts and dependencies judged by tools of others
    Audit,
    /// Let a real browser open the pages, sign in and call a route
    Browser(browser::Args),
    /// Measure requests per second and latencies of the running app
    Bench(bench::Args),
}

fn main() -> std::process::ExitCode {
    match run(Cli::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            term::failure(&error);
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let workspace = Workspace::load()?;
    match cli.command {
        Command::Test(args) => test::run(&workspace, &args),
        Command::NewComponent(args) => new_component::run(&workspace, &args),
        Command::Up(args) => up::run(&workspace, &args),
        Command::Toolchain => toolchain::ensure(&workspace),
        Command::Build(args) => components::run(&workspace, &args),
        Command::Site(args) => site::run(&workspace, &args),
        Command::Migrate(args) => migrate::run(&workspace, &args),
        Command::Admin(args) => admin::run(&workspace, &args),
        Command::Backup(args) => backup::backup(&workspace, &args),
        Command::Restore(args) => backup::restore(&workspace, &args),
        Command::Places(args) => places::run(&workspace, &args),
        Command::Maintain(args) => maintain::run(&workspace, &args),
        Command::CheckConfig(args) => check_config::run(&workspace, &args),
        Command::CheckData(args) => check_data::run(&workspace, &args),
        Command::Reference => reference::run(&workspace),
        Command::Openapi(args) => openapi::run(&workspace, &args),
        Command::Keys(args) => keys::run(&workspace, &args),
        Command::CommonPasswords(args) => common_passwords::run(&workspace, &args),
        Command::Interop(args) => interop::run(&workspace, &args),
        Command::Hunt(args) => hunt::run(&workspace, &args),
        Command::Audit => audit::run(&workspace),
        Command::Browser(args) => browser::run(&workspace, &args),
        Command::Bench(args) => bench::run(&workspace, &args),
    }
}
