//! `realcare-load`: reads a plan from standard input and writes what came of it to standard output, both JSON.

use std::process::ExitCode;

use anyhow::{Context, Result};
use realcare_load::plan::Plan;

const HELP: &str = "realcare-load: a load generator of one thread.

It reads a plan (JSON) from standard input, carries it out, and writes a report (JSON) to standard output. `cargo xtask bench`
makes plans; their form stands in bench/load/src/plan.rs. It takes no options.";

fn main() -> ExitCode {
    if std::env::args().len() > 1 {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<()> {
    let plan: Plan = serde_json::from_reader(std::io::stdin().lock()).context("the plan is not one")?;
    let report = realcare_load::run(&plan)?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
