//! `cargo xtask hunt`: looks for what no test thought of, as long as it is told to (QUAL-2). `cargo xtask test` runs the same hunts at a small size.
//!
//! What is found stays: a property keeps the seed of its failure in `proptest-regressions`, a fuzz target its input among the seeds of
//! `tests/fuzz`, and the hunts over HTTP say the request, which becomes a test.

mod fuzz;
mod over_http;
mod packages;
mod properties;
mod schema;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{process, term};

/// What `cargo xtask hunt` understands.
#[derive(clap::Args)]
pub struct Args {
    /// What to hunt; everything if nothing is named
    #[arg(value_enum)]
    what: Vec<What>,
    /// How long each hunt takes, after building
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: u64,
    /// Another seed is another hunt; the same one finds the same, as far as nothing depends on time
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the app of the hunts over HTTP keeps its data
    #[arg(long, value_enum, default_value_t = Engines::Files)]
    engines: Engines,
}

/// What can be hunted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Every property test, with thousands of cases and new seeds
    Properties,
    /// Naughty texts in every field, parameter and header of the running app, and crowds
    Http,
    /// Requests that schemathesis makes of the OpenAPI document, against the running app
    Schema,
    /// The parsers of untrusted input, guided by coverage (libFuzzer)
    Fuzz,
}

impl What {
    const ALL: [Self; 4] = [Self::Properties, Self::Http, Self::Schema, Self::Fuzz];
}

/// What the app keeps its data in (OPS-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engines {
    /// SQLite and Spin's own key-value stores
    Files,
    /// Postgres and Redis
    Servers,
}

/// How a hunt is to go.
pub struct Hunt<'a> {
    workspace: &'a Workspace,
    time: Duration,
    seed: u64,
    engines: Engines,
}

/// What a hunt came to.
pub struct Catch {
    /// What was hunted.
    pub name: String,
    /// How much of it was tried, in words.
    pub tried: String,
    /// What was found; nothing is good.
    pub findings: Vec<String>,
}

/// Runs `cargo xtask hunt`; it fails if something was found.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    process::catch_signals()?;
    let hunt = Hunt {
        workspace,
        time: Duration::from_secs(60 * args.minutes),
        seed: args.seed,
        engines: args.engines,
    };
    let all = What::ALL.to_vec();
    let chosen = if args.what.is_empty() { &all } else { &args.what };
    let mut rows = vec![term::row(["hunt", "tried", "found", "time"])];
    let (mut found, mut failed) = (Vec::new(), 0);
    for what in chosen {
        let start = Instant::now();
        let caught = match what {
            What::Properties => properties::hunt(&hunt),
            What::Http => over_http::hunt(&hunt),
            What::Schema => schema::hunt(&hunt),
            What::Fuzz => fuzz::hunt(&hunt),
        };
        match caught {
            Ok(catches) => {
                let time = term::seconds(start.elapsed() / u32::try_from(catches.len().max(1))?);
                for caught in catches {
                    let count = caught.findings.len().to_string();
                    rows.push(vec![caught.name, caught.tried, count, time.clone()]);
                    found.extend(caught.findings);
                }
            }
            Err(error) => {
                term::failure(&error);
                failed += 1;
            }
        }
        if process::stopped() {
            break;
        }
    }
    println!();
    term::table(&rows);
    for finding in &found {
        println!("\n{finding}");
    }
    if process::stopped() {
        bail!("stopped, with {} findings so far", found.len());
    }
    if failed > 0 || !found.is_empty() {
        bail!("{} findings, {failed} hunts could not be run", found.len());
    }
    Ok(())
}
