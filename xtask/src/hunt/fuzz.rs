//! The targets of `tests/fuzz` under libFuzzer, guided by coverage.
//!
//! The flags are those of stable compilers: LLVM's coverage pass counts edges and compares, which is what libFuzzer is guided by.
//! Address sanitizers need a nightly compiler and look for memory errors, which code without `unsafe` does not have.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Catch, Hunt};
use crate::workspace::{Workspace, cargo};
use crate::{process, term};

/// LLVM's counters, for everything that is compiled; `fuzzing` lets libraries leave out checksums.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on -Coverflow-checks=on";

/// Longer inputs than this say nothing new of parsers of lines and headers.
const LONGEST: &str = "4096";

/// Hunts every target for its share of the time.
pub fn hunt(hunt: &Hunt<'_>) -> Result<Vec<Catch>> {
    let workspace = hunt.workspace;
    let program = build(workspace)?;
    let targets = targets(workspace)?;
    let share = hunt.time / u32::try_from(targets.len().max(1))?;
    let mut catches = Vec::new();
    for target in targets {
        if process::stopped() {
            break;
        }
        term::step(format_args!("{target}, {}", term::seconds(share)));
        catches.push(one(hunt, &program, &target, share)?);
    }
    Ok(catches)
}

/// The program with all targets, in a folder of its own, so that it disturbs no other build.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    term::step("building the fuzz targets (the first time takes some minutes)");
    let target = host_triple()?;
    let folder = workspace.target.join("hunt/fuzz");
    let mut command = cargo();
    command
        .current_dir(&workspace.root)
        .args(["build", "--profile", "host", "--package", "realcare-fuzz"]);
    // With a target named, build scripts and macros are compiled without the flags.
    command.args(["--features", "coverage", "--bin", "fuzz", "--target", &target]);
    command.env("CARGO_TARGET_DIR", &folder).env("RUSTFLAGS", FLAGS);
    process::run(&mut command, "libFuzzer is C++: install Debian's build-essential")?;
    Ok(folder.join(target).join("host/fuzz"))
}

fn host_triple() -> Result<String> {
    let text = process::read(Command::new("rustc").arg("-vV"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not say its host")?.to_owned())
}

/// Every target has a folder of seeds of its name; a test in `tests/fuzz` holds them to that.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join("tests/fuzz/seeds");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names: std::io::Result<Vec<String>> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect();
    let mut names = names?;
    names.sort();
    Ok(names)
}

fn one(hunt: &Hunt<'_>, program: &Path, target: &str, share: Duration) -> Result<Catch> {
    let workspace = hunt.workspace;
    let seeds = workspace.root.join("tests/fuzz/seeds").join(target);
    let corpus = workspace.target.join("hunt/corpus").join(target);
    let artifacts = workspace.target.join("hunt/artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder)?;
    }
    for entry in fs::read_dir(&artifacts)? {
        fs::remove_file(entry?.path())?;
    }
    let log = workspace.target.join("hunt").join(format!("{target}.log"));
    let file = fs::File::create(&log)?;
    let mut command = process::tied(program);
    command
        .env("REALCARE_FUZZ_TARGET", target)
        .arg(format!("-max_total_time={}", share.as_secs().max(1)))
        .arg(format!("-seed={}", (hunt.seed % u64::from(u32::MAX)).max(1)))
        .arg(format!("-max_len={LONGEST}"))
        .args([
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
            "-use_value_profile=1",
        ])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args([&corpus, &seeds])
        .stdout(file.try_clone()?)
        .stderr(file);
    let ended = process::run_bounded(&mut command, share * 2 + Duration::from_secs(60))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let mut findings = Vec::new();
    for entry in fs::read_dir(&artifacts)? {
        let path = entry?.path();
        findings.push(keep(&seeds, target, &path, &text)?);
    }
    if !ended && findings.is_empty() {
        bail!("{target} did not run; its output is in {}", log.display());
    }
    let number = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let edges = text
        .lines()
        .rev()
        .find_map(|line| line.split("cov: ").nth(1)?.split(' ').next());
    let inputs = number("stat::number_of_executed_units:");
    let tried = format!("{inputs} inputs, {} edges", edges.unwrap_or("0"));
    Ok(Catch {
        name: format!("fuzz {target}"),
        tried,
        findings,
    })
}

/// Puts an input that broke something among the seeds, where the test of `tests/fuzz` finds it.
fn keep(seeds: &Path, target: &str, artifact: &Path, log: &str) -> Result<String> {
    let bytes = fs::read(artifact)?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let name = format!("found-{:08x}", hasher.finish() & 0xffff_ffff);
    fs::write(seeds.join(&name), &bytes)?;
    let why = log
        .lines()
        .skip_while(|line| !line.contains("panicked at"))
        .take(3)
        .collect::<Vec<_>>()
        .join("\n  ");
    Ok(format!(
        "{target}: {:?}, kept as tests/fuzz/seeds/{target}/{name}\n  {why}",
        String::from_utf8_lossy(&bytes)
            .chars()
            .take(200)
            .collect::<String>()
    ))
}
