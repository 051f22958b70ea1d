//! `cargo xtask openapi`: writes `openapi.json` (OPS-6). The package that makes it uses every component, so it is built and run rather
//! than linked in: the other commands do not wait for it. A test says when the file is not what this would write.
//!
//! With `--lint` tools of others judge the file: the schema of OpenAPI 3.1 and every recommended rule of Redocly's linter. A broken file
//! must be refused by both, so that a tool which accepts everything is noticed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages::{self, Node};
use crate::workspace::{Workspace, cargo};
use crate::{process, term};

/// What `cargo xtask openapi` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; have the schema of OpenAPI and a linter judge the file (needs Node.js)
    #[arg(long)]
    lint: bool,
}

/// The package that makes the document.
const PACKAGE: &str = "realcare-openapi";
/// What it writes, at the root.
const FILE: &str = "openapi.json";
/// What both tools must refuse.
const BROKEN: &str = "broken.json";

/// The tools with their arguments before the file.
const TOOLS: [(&str, &[&str]); 2] = [
    ("validate-api", &[]),
    (
        "redocly",
        &["lint", "--config", "redocly.yaml", "--format", "codeframe"],
    ),
];

/// Why linting cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing() -> Option<String> {
    Node::find().err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask openapi`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if args.lint {
        return lint(workspace);
    }
    process::run(
        cargo()
            .current_dir(&workspace.root)
            .args(["run", "--quiet", "--package", PACKAGE]),
        "mend what does not build, or what the message says of two types of one name",
    )?;
    term::note(FILE);
    Ok(())
}

fn lint(workspace: &Workspace) -> Result<()> {
    let node = Node::find()?;
    let folder = packages::install(workspace, "openapi/lint", Some(&node), None)?;
    fs::copy(workspace.root.join(FILE), folder.join(FILE))
        .with_context(|| format!("cannot read {FILE}: run `cargo xtask openapi`"))?;
    let mut failed = 0;
    for (tool, arguments) in TOOLS {
        for (file, is_good) in [(FILE, true), (BROKEN, false)] {
            term::step(format_args!("{tool} {file}"));
            let (accepted, said) = judge(&node, &folder, tool, arguments, file)?;
            if accepted != is_good {
                failed += 1;
                eprintln!("{said}");
                let what = if is_good {
                    "refused, see above"
                } else {
                    "accepted, though it is broken"
                };
                term::note(format_args!("{file} is {what}"));
            }
        }
    }
    let cases = TOOLS.len() * 2;
    println!("{} passed, {failed} failed", cases - failed);
    if failed > 0 {
        bail!("{failed} of {cases} judgements are not as they should be");
    }
    Ok(())
}

/// Whether a tool accepts a file, and what it says.
fn judge(node: &Node, folder: &Path, tool: &str, arguments: &[&str], file: &str) -> Result<(bool, String)> {
    let output = Command::new(&node.node)
        .arg(format!("node_modules/.bin/{tool}"))
        .args(arguments)
        .arg(file)
        .current_dir(folder)
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .output()
        .with_context(|| format!("cannot run {tool}"))?;
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Ok((output.status.success(), said.join("\n")))
}
