//! What a test run does, in order. A package that the workspace does not have yet is skipped and said so.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Args;
use super::step::{self, Outcome};
use crate::components::{self, Profile, TARGET};
use crate::server::{self, HOST};
use crate::services::Services;
use crate::workspace::{Workspace, cargo};
use crate::{audit, browser, interop, openapi, process, toolchain};

const BLACKBOX: &str = "realcare-blackbox";
const CONFORMANCE: &str = "realcare-conformance";
const HOUSE: &str = "realcare-house";

/// Packages that need a built app or are slow to compile: not for the inner loop.
const SLOW: &[&str] = &[BLACKBOX, CONFORMANCE, HOST];

/// Runs the steps; an error means that the run itself had to end.
pub fn run(workspace: &Workspace, args: &Args) -> Result<Vec<Outcome>> {
    process::catch_signals()?;
    let filter = args.filter.as_deref();
    let mut outcomes = Vec::new();
    if !args.fast {
        toolchain::ensure(workspace)?;
    }
    if filter.is_none() {
        outcomes.extend(lint(workspace, args.fast)?);
    }
    ensure_nextest()?;
    if args.fast {
        outcomes.push(native(workspace, filter, SLOW, &[])?);
        outcomes.push(house(workspace, filter)?);
        return Ok(outcomes);
    }
    let services = match Services::start(workspace) {
        Ok(services) => Some(services),
        Err(error) => {
            outcomes.push(Outcome::failure("services", &error));
            None
        }
    };
    let environment = services
        .as_ref()
        .map_or(&[][..], |services| services.environment.as_slice());
    outcomes.push(native(workspace, filter, SLOW, environment)?);
    outcomes.push(host(workspace, filter)?);
    if filter.is_none() {
        outcomes.push(examples(workspace)?);
    }
    outcomes.push(house(workspace, filter)?);
    if filter.is_none() {
        outcomes.push(audit(workspace)?);
        outcomes.push(api_document(workspace)?);
    }
    outcomes.extend(running(workspace, filter, environment)?);
    Ok(outcomes)
}

fn lint(workspace: &Workspace, fast: bool) -> Result<Vec<Outcome>> {
    let mut outcomes = vec![step::run(
        workspace,
        "format",
        cargo().args(["fmt", "--all", "--check"]),
    )?];
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets"]);
    if fast {
        exclude(workspace, &mut clippy, SLOW);
    }
    outcomes.push(step::run(
        workspace,
        "clippy",
        clippy.args(["--", "--deny", "warnings"]),
    )?);
    if fast {
        return Ok(outcomes);
    }
    let mut clippy = cargo();
    // The profile of the components, so that the macros and build scripts are the ones that building them needs anyway.
    clippy.args(["clippy", "--quiet", "--profile", "component", "--target", TARGET]);
    let mut any = false;
    for package in workspace.components() {
        clippy.args(["--package", &package.name]);
        any = true;
    }
    outcomes.push(match any {
        true => step::run(
            workspace,
            "clippy (wasm)",
            clippy.args(["--", "--deny", "warnings"]),
        )?,
        false => Outcome::skipped("clippy (wasm)", "no components yet"),
    });
    Ok(outcomes)
}

/// All tests that need no running app.
fn native(
    workspace: &Workspace,
    filter: Option<&str>,
    without: &[&str],
    env: &[(String, String)],
) -> Result<Outcome> {
    let mut command = nextest(filter);
    command.arg("--workspace").envs(env.iter().cloned());
    exclude(workspace, &mut command, without);
    exclude(workspace, &mut command, &[HOUSE]);
    step::run(workspace, "native tests", &mut command)
}

/// The stand-in's own tests, in the profile in which it is built anyway: wasmtime is compiled once.
fn host(workspace: &Workspace, filter: Option<&str>) -> Result<Outcome> {
    if workspace.package(HOST).is_none() {
        return Ok(Outcome::skipped("host tests", "no stand-in host"));
    }
    let mut command = nextest(filter);
    command.args(["--cargo-profile", "host", "--package", HOST]);
    step::run(workspace, "host tests", &mut command)
}

/// The examples in documentation, of the packages that have any: compiling for the others would be for nothing.
fn examples(workspace: &Workspace) -> Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--doc"]);
    let mut any = false;
    for package in workspace.packages.iter().filter(|package| package.has_library()) {
        if has_examples(&package.folder().join("src")) {
            command.args(["--package", &package.name]);
            any = true;
        }
    }
    match any {
        true => step::run(workspace, "doc tests", &mut command),
        false => Ok(Outcome::skipped("doc tests", "no documentation has an example")),
    }
}

fn has_examples(folder: &std::path::Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .any(|path| {
            let is_example = |line: &str| {
                line.trim_start().starts_with("/// ```") || line.trim_start().starts_with("//! ```")
            };
            match path.is_dir() {
                true => has_examples(&path),
                false => std::fs::read_to_string(&path).is_ok_and(|text| text.lines().any(is_example)),
            }
        })
}

fn house(workspace: &Workspace, filter: Option<&str>) -> Result<Outcome> {
    if workspace.package(HOUSE).is_none() {
        return Ok(Outcome::skipped("house rules", "no package realcare-house"));
    }
    step::run(
        workspace,
        "house rules",
        nextest(filter).args(["--package", HOUSE]),
    )
}

/// What no compiler reads, judged by tools of others; they need Python, which not everybody has.
fn audit(workspace: &Workspace) -> Result<Outcome> {
    if let Some(reason) = audit::missing() {
        return Ok(Outcome::skipped("audit", &reason));
    }
    let mut command = Command::new(std::env::current_exe()?);
    step::run(workspace, "audit", command.arg("audit"))
}

/// The API document, judged by tools of others; they need Node, which not everybody has.
fn api_document(workspace: &Workspace) -> Result<Outcome> {
    if let Some(reason) = openapi::missing() {
        return Ok(Outcome::skipped("API document", &reason));
    }
    let mut command = Command::new(std::env::current_exe()?);
    step::run(workspace, "API document", command.args(["openapi", "--lint"]))
}

/// The components for real: on the stand-in host, and on Spin where `$SPIN` names one.
fn running(workspace: &Workspace, filter: Option<&str>, env: &[(String, String)]) -> Result<Vec<Outcome>> {
    let build = step::call("components", || {
        components::build(workspace, Profile::Development, &[])
    });
    let mut outcomes = vec![build];
    let mut host = None;
    outcomes.push(step::call("host", || {
        host = Some(server::build_host(workspace)?);
        Ok(())
    }));
    let Some(host) = host.map(|host| host.program) else {
        outcomes.push(Outcome::skipped(
            "conformance, black box",
            "the host does not build",
        ));
        return Ok(outcomes);
    };
    if filter.is_none() {
        outcomes.push(conformance(workspace, &host, env)?);
        outcomes.push(interop(workspace)?);
        outcomes.push(browser(workspace)?);
    }
    let on_host = ("REALCARE_HOST_BIN", host.as_path());
    let spin = server::spin_from_environment()?;
    let on_spin = spin.as_ref().map(|spin| ("SPIN", spin.program.as_path()));
    for (runtime, program) in [("host", Some(on_host)), ("spin", on_spin)] {
        let Some(program) = program else { continue };
        for engines in Engines::ALL {
            outcomes.push(black_box(workspace, runtime, engines, filter, env, program)?);
        }
    }
    Ok(outcomes)
}

/// The small cases on the stand-in and, where `$SPIN` names one, on Spin; the program compares the two by itself.
fn conformance(workspace: &Workspace, host: &Path, env: &[(String, String)]) -> Result<Outcome> {
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--profile", "host", "--package", CONFORMANCE])
        .env("REALCARE_HOST_BIN", host)
        .envs(env.iter().cloned());
    step::run(workspace, "conformance", &mut command)
}

/// Software of others against the app on the stand-in; it needs Node and Python, which not everybody has.
fn interop(workspace: &Workspace) -> Result<Outcome> {
    if let Some(reason) = interop::missing() {
        return Ok(Outcome::skipped("interop", &reason));
    }
    let mut command = Command::new(std::env::current_exe()?);
    step::run(workspace, "interop", command.arg("interop").env_remove("SPIN"))
}

/// A browser opens the pages on the stand-in; it needs Node, and Chromium from the machine or its distribution.
fn browser(workspace: &Workspace) -> Result<Outcome> {
    if let Some(reason) = browser::missing(workspace) {
        return Ok(Outcome::skipped("browser", &reason));
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["browser", "--as-built"]).env_remove("SPIN");
    step::run(workspace, "browser", &mut command)
}

/// What the app keeps its data in (OPS-3).
#[derive(Clone, Copy)]
enum Engines {
    /// SQLite and Spin's own key-value stores.
    Files,
    /// Postgres and Redis.
    Servers,
}

impl Engines {
    const ALL: [Self; 2] = [Self::Files, Self::Servers];

    const fn names(self) -> &'static str {
        match self {
            Self::Files => "SQLite",
            Self::Servers => "Postgres, Redis",
        }
    }

    /// As the harness of the black box reads it.
    const fn variable(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Servers => "servers",
        }
    }
}

/// The whole app over HTTP on one runtime, which the tests find by one variable.
fn black_box(
    workspace: &Workspace,
    runtime: &str,
    engines: Engines,
    filter: Option<&str>,
    env: &[(String, String)],
    (variable, program): (&str, &Path),
) -> Result<Outcome> {
    let mut command = nextest(filter);
    command
        .args(["--package", BLACKBOX])
        .env_remove("SPIN")
        .env_remove("REALCARE_HOST_BIN")
        .env("REALCARE_XTASK_BIN", std::env::current_exe()?)
        .env("REALCARE_ENGINES", engines.variable())
        .env(variable, program)
        .envs(env.iter().cloned());
    let name = format!("black box ({runtime}; {})", engines.names());
    step::run(workspace, &name, &mut command)
}

fn nextest(filter: Option<&str>) -> Command {
    let mut command = cargo();
    command.args(["nextest", "run", "--no-fail-fast", "--no-tests=pass"]);
    command.args(filter);
    command
}

fn exclude(workspace: &Workspace, command: &mut Command, packages: &[&str]) {
    for package in packages
        .iter()
        .filter(|package| workspace.package(package).is_some())
    {
        command.args(["--exclude", package]);
    }
}

/// Installs nextest where it is missing; that is the only thing this command ever installs.
fn ensure_nextest() -> Result<()> {
    if process::read(cargo().args(["nextest", "--version"])).is_ok() {
        return Ok(());
    }
    crate::term::step("installing cargo-nextest (once, some minutes)");
    process::run(
        cargo().args(["install", "--locked", "cargo-nextest"]),
        "install it by hand: cargo install --locked cargo-nextest",
    )
    .context("cargo-nextest is missing")
}
