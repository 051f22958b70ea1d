//! Property tests with many cases, a new seed each round, until the time is over.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use super::{Catch, Hunt};
use crate::workspace::{Package, cargo};
use crate::{process, term};

/// Cases of each property in a round.
const CASES: u64 = 4_096;

/// Plays rounds.
pub fn hunt(hunt: &Hunt<'_>) -> Result<Vec<Catch>> {
    let packages: Vec<&Package> = hunt
        .workspace
        .packages
        .iter()
        .filter(|package| has_properties(package.folder()))
        .collect();
    if packages.is_empty() {
        bail!("no package has property tests");
    }
    let command = |how: &str| {
        let mut command = cargo();
        command.current_dir(&hunt.workspace.root);
        command.args(["nextest", "run", how, "--lib", "--tests"]);
        for package in &packages {
            command.args(["--package", &package.name]);
        }
        command
    };
    process::run(&mut command("--no-run"), "the tests must build")?;
    let end = Instant::now() + hunt.time;
    let (mut rounds, mut findings) = (0, Vec::new());
    while Instant::now() < end && !process::stopped() && findings.is_empty() {
        term::step(format_args!(
            "round {}: {CASES} cases of each property",
            rounds + 1
        ));
        let seed = hunt.seed.wrapping_add(rounds);
        let mut round = command("--no-fail-fast");
        round
            .env("PROPTEST_CASES", CASES.to_string())
            .env("PROPTEST_RNG_SEED", seed.to_string());
        match process::run_bounded(&mut round, hunt.time * 4) {
            Ok(true) => {}
            Ok(false) => findings.push(format!(
                "properties, seed {seed}: the output above says which; the cases are kept in proptest-regressions"
            )),
            // What earlier rounds found is told.
            Err(_) if process::stopped() => break,
            Err(error) => return Err(error),
        }
        rounds += 1;
    }
    let tried = format!("{rounds} rounds of {CASES} cases in {} packages", packages.len());
    Ok(vec![Catch {
        name: "properties".into(),
        tried,
        findings,
    }])
}

/// Whether `proptest!` or a runner of it stands in the sources.
fn has_properties(folder: &Path) -> bool {
    let mut grep = Command::new("git");
    grep.current_dir(folder).args([
        "grep",
        "--quiet",
        "-e",
        "proptest!",
        "-e",
        "TestRunner",
        "--",
        "src",
        "tests",
    ]);
    grep.status().is_ok_and(|status| status.success())
}
