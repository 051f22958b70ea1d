//! schemathesis (<https://schemathesis.readthedocs.io>) against the running app, by `openapi.json`: a test of the black box that needs a
//! program of others.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Catch, Engines, Hunt, over_http, packages};
use crate::components::{self, Profile};
use crate::services::Services;
use crate::workspace::{Workspace, cargo};
use crate::{process, term, toolchain};

/// Runs it as somebody, then as an admin; each takes half of the time.
pub fn hunt(hunt: &Hunt<'_>) -> Result<Vec<Catch>> {
    let workspace = hunt.workspace;
    toolchain::ensure(workspace)?;
    components::build(workspace, Profile::Development, &[])?;
    let runtime = over_http::runtime(workspace)?;
    let services = match hunt.engines {
        Engines::Files => None,
        Engines::Servers => Some(Services::start(workspace)?),
    };
    let mut command = command(workspace)?;
    command
        .arg("--no-capture")
        .env_remove("SPIN")
        .env_remove("REALCARE_HOST_BIN")
        .env("REALCARE_XTASK_BIN", std::env::current_exe()?)
        .env(runtime.0, &runtime.1)
        .env("REALCARE_HUNT_SECONDS", (hunt.time.as_secs() / 2).to_string())
        .env("REALCARE_HUNT_SEED", hunt.seed.to_string());
    if let Some(services) = &services {
        command.env("REALCARE_ENGINES", "servers");
        command.envs(services.environment.iter().cloned());
    }
    term::step("schemathesis");
    let passed = process::run_bounded(&mut command, hunt.time * 2 + Duration::from_secs(1200))?;
    let findings = match passed {
        true => Vec::new(),
        false => {
            vec!["schema: the output above says what differs, with a command that repeats it".to_owned()]
        }
    };
    let name = format!("schema ({:?})", hunt.engines).to_lowercase();
    Ok(vec![Catch {
        name,
        tried: term::seconds(hunt.time),
        findings,
    }])
}

/// The command that runs the test, without its runtime and its engines.
///
/// # Errors
/// schemathesis cannot be installed, or there is no document.
fn command(workspace: &Workspace) -> Result<Command> {
    let document = workspace.root.join("openapi.json");
    if !document.is_file() {
        bail!("{} is missing: cargo xtask openapi writes it", document.display());
    }
    let program = packages::schemathesis(workspace).context("schemathesis is missing")?;
    let mut command = cargo();
    command
        .current_dir(&workspace.root)
        .args(["nextest", "run", "--package", "realcare-blackbox"]);
    command
        .args(["--run-ignored", "only", "hunt::schema"])
        .env("REALCARE_SCHEMATHESIS", program);
    Ok(command)
}
