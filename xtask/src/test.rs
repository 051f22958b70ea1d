//! `cargo xtask test`: the one test command. `steps` says what it does; here is how a run goes.

mod step;
mod steps;

use anyhow::{Result, bail};

use crate::term;
use crate::workspace::Workspace;
use step::Outcome;

/// What `cargo xtask test` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Only what the inner loop needs: format, clippy, native tests and house rules; no services, no Wasm, no host
    #[arg(long)]
    pub fast: bool,
    /// Run only tests whose name contains this, and neither format nor clippy
    pub filter: Option<String>,
}

/// Runs every step, also after a failure, and ends with a table and the counts.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let outcomes = steps::run(workspace, args)?;
    let mut rows = vec![term::row(["step", "result", "time"])];
    rows.extend(outcomes.iter().map(Outcome::row));
    println!();
    term::table(&rows);
    let passed: usize = outcomes.iter().map(|outcome| outcome.passed).sum();
    let failed: usize = outcomes.iter().map(|outcome| outcome.failed).sum();
    println!("\n{passed} passed, {failed} failed");
    if failed > 0 {
        let names: Vec<&str> = outcomes
            .iter()
            .filter(|step| step.failed > 0)
            .map(|step| step.name.as_str())
            .collect();
        bail!(
            "failed: {}; the output stands above and in target/xtask-test",
            names.join(", ")
        );
    }
    Ok(())
}
