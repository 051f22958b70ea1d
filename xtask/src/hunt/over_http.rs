//! The hunts of the black box, `tests/blackbox/tests/api/hunt`, at a large size.

use std::fs;

use anyhow::{Context, Result};

use super::{Catch, Engines, Hunt, packages};
use crate::components::{self, Profile};
use crate::server::{self, Runtime};
use crate::services::Services;
use crate::workspace::cargo;
use crate::{process, term, toolchain};

/// Builds the app and runs them; each takes the time of the hunt.
pub fn hunt(hunt: &Hunt<'_>) -> Result<Vec<Catch>> {
    let workspace = hunt.workspace;
    toolchain::ensure(workspace)?;
    components::build(workspace, Profile::Development, &[])?;
    let runtime = runtime(workspace)?;
    let services = match hunt.engines {
        Engines::Files => None,
        Engines::Servers => Some(Services::start(workspace)?),
    };
    let report = workspace.target.join("hunt/http.txt");
    fs::create_dir_all(workspace.target.join("hunt"))?;
    let _ = fs::remove_file(&report);
    let mut command = cargo();
    command.current_dir(&workspace.root);
    command.args([
        "nextest",
        "run",
        "--no-fail-fast",
        "--package",
        "realcare-blackbox",
        "--test-threads",
        "2",
        "hunt::",
    ]);
    command
        .env_remove("SPIN")
        .env_remove("REALCARE_HOST_BIN")
        .env("REALCARE_XTASK_BIN", std::env::current_exe()?)
        .env(runtime.0, &runtime.1)
        .env("REALCARE_HUNT_SECONDS", hunt.time.as_secs().to_string())
        .env("REALCARE_HUNT_SEED", hunt.seed.to_string())
        .env("REALCARE_HUNT_REPORT", &report);
    if let Some(strings) = packages::strings(workspace)? {
        command.env("REALCARE_HUNT_STRINGS", strings);
    }
    if let Some(services) = &services {
        command.env("REALCARE_ENGINES", "servers");
        command.envs(services.environment.iter().cloned());
    }
    term::step("hunting over HTTP");
    // A field gets the whole list once, however long that takes.
    let passed = process::run_bounded(&mut command, hunt.time * 4 + std::time::Duration::from_secs(3600))?;
    let text =
        fs::read_to_string(&report).context("the hunts reported nothing; the output above says why")?;
    let mut catches: Vec<Catch> = text.lines().filter_map(|line| read(line, hunt.engines)).collect();
    if !passed && catches.iter().all(|caught| caught.findings.is_empty()) {
        catches.push(Catch {
            name: "http".into(),
            tried: "-".into(),
            findings: vec!["a hunt over HTTP failed; the output above says how".into()],
        });
    }
    Ok(catches)
}

/// Spin where `$SPIN` names one, else the stand-in, as the harness wants it told.
pub fn runtime(workspace: &crate::workspace::Workspace) -> Result<(&'static str, std::path::PathBuf)> {
    if let Some(Runtime { program, .. }) = server::spin_from_environment()? {
        return Ok(("SPIN", program));
    }
    Ok(("REALCARE_HOST_BIN", server::build_host(workspace)?.program))
}

/// `texts: 1200 requests, 0 findings`
fn read(line: &str, engines: Engines) -> Option<Catch> {
    let (name, rest) = line.split_once(": ")?;
    let (tried, count) = rest.split_once(", ")?;
    let count: usize = count.strip_suffix(" findings")?.parse().ok()?;
    let findings = match count {
        0 => Vec::new(),
        count => vec![format!("{name}: {count} findings; the output above lists them")],
    };
    Some(Catch {
        name: format!("{name} ({engines:?})").to_lowercase(),
        tried: tried.to_owned(),
        findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        let caught = read("texts: 1200 requests, 2 findings", Engines::Files).unwrap();
        assert_eq!(
            (caught.name.as_str(), caught.tried.as_str(), caught.findings.len()),
            ("texts (files)", "1200 requests", 1)
        );
        assert!(
            read("texts: 1200 requests, 0 findings", Engines::Servers)
                .unwrap()
                .findings
                .is_empty()
        );
        assert!(read("nothing", Engines::Files).is_none());
    }
}
