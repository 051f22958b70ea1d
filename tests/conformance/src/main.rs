//! `cargo run --profile host -p realcare-conformance [-- FILTER]`
//!
//! Builds the stand-in and the guests, runs every case in `cases` on the stand-in and, if `SPIN` names a Spin binary,
//! on Spin too, and checks that both do what the case says and give the same answers. `REALCARE_HOST_BIN` names
//! another stand-in than the one built here.

mod case;
mod check;
mod client;
mod host;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, ensure};

use case::Request;
use client::Answer;
use host::Host;

const GUESTS: [&str; 3] = [
    "realcare-conformance-guest",
    "realcare-conformance-caller",
    "realcare-conformance-greeter",
];

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns how many cases failed.
fn run() -> Result<usize> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = target_directory()?;
    build(&["--profile", "component", "--target", "wasm32-wasip2"], &GUESTS)?;
    let mut hosts = vec![Host {
        name: "stand-in",
        program: stand_in(&target)?,
    }];
    if let Some(program) = env::var_os("SPIN") {
        hosts.push(Host {
            name: "spin",
            program: program.into(),
        });
    }
    let guests = target.join("wasm32-wasip2/component");
    let upstream = client::upstream()?;
    let cases = case::load_all(&here.join("cases"), &env::args().nth(1).unwrap_or_default())?;
    ensure!(!cases.is_empty(), "no case has that name");
    let mut failed = 0;
    let mut skipped = 0;
    for case in &cases {
        if let Some(name) = case
            .script
            .requires
            .as_ref()
            .filter(|name| env::var_os(name).is_none())
        {
            println!("skip   {} (needs {name})", case.name);
            skipped += 1;
            continue;
        }
        let mut answers: Vec<Vec<Answer>> = Vec::new();
        let mut problems = Vec::new();
        for host in &hosts {
            let directory = target.join("conformance").join(host.name).join(&case.name);
            match check::run(case, host, &directory, &guests, upstream) {
                Ok(given) => answers.push(given),
                Err(error) => problems.push(format!("{}: {error:#}", host.name)),
            }
        }
        problems.extend(differences(&case.script.requests, &answers));
        failed += usize::from(!problems.is_empty());
        println!(
            "{} {}",
            if problems.is_empty() { "ok    " } else { "FAILED" },
            case.name
        );
        for problem in problems {
            println!("       {problem}");
        }
    }
    let names: Vec<_> = hosts.iter().map(|host| host.name).collect();
    let passed = cases.len() - failed - skipped;
    println!(
        "{passed} passed, {failed} failed, {skipped} skipped (on {})",
        names.join(" and ")
    );
    Ok(failed)
}

/// Where the hosts disagree although each meets the expectations.
fn differences(requests: &[Request], answers: &[Vec<Answer>]) -> Vec<String> {
    let [stand_in, spin] = answers else {
        return Vec::new();
    };
    let pairs = stand_in.iter().zip(spin).enumerate();
    let same = |one: &Answer, other: &Answer| (one.status, &one.body) == (other.status, &other.body);
    pairs
        .filter(|(index, _)| requests.get(*index).is_none_or(|request| request.spin.is_none()))
        .filter(|(_, (one, other))| !same(one, other))
        .map(|(index, (one, other))| {
            format!(
                "request {}: {} {:?} on the stand-in, {} {:?} on spin",
                index + 1,
                one.status,
                one.body,
                other.status,
                other.body
            )
        })
        .collect()
}

fn stand_in(target: &Path) -> Result<PathBuf> {
    if let Some(program) = env::var_os("REALCARE_HOST_BIN") {
        return Ok(program.into());
    }
    build(&["--profile", "host"], &["realcare-host"])?;
    Ok(target.join("host/realcare-host"))
}

fn build(options: &[&str], packages: &[&str]) -> Result<()> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` leaves variables behind that would make build scripts run again, and half the host be rebuilt.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_") && !matches!(&*text, "CARGO_HOME" | "CARGO_TARGET_DIR") {
            command.env_remove(&name);
        }
    }
    command
        .args(["build", "--quiet"])
        .args(options)
        .args(packages.iter().flat_map(|name| ["-p", name]));
    ensure!(
        command.status()?.success(),
        "{} cannot be built",
        packages.join(", ")
    );
    Ok(())
}

/// The target directory, from where this program lies in it.
fn target_directory() -> Result<PathBuf> {
    let program = env::current_exe()?;
    program
        .ancestors()
        .nth(2)
        .map(Path::to_owned)
        .context("this program lies in no target directory")
}
