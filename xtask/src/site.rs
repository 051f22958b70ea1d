//! `cargo xtask site`: makes what the component `docs` serves, in `target/site`, where `spin.toml` mounts it from. The work is done by
//! the package `realcare-site`, so that the other commands need not be compiled with mdBook.

use anyhow::{Context, Result};

use crate::components::Profile;
use crate::packages::Node;
use crate::workspace::{Workspace, cargo};
use crate::{process, term};

/// The package that does the work.
const MAKER: &str = "realcare-site";

/// The folder, relative to the root. Like the components it is always there, wherever the target directory lies.
const FOLDER: &str = "target/site";

/// What `cargo xtask site` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Fail where the pages cannot be made whole, instead of leaving /docs and /redoc out
    #[arg(long)]
    release: bool,
}

/// Runs `cargo xtask site`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    make(workspace, Profile::from_flag(args.release))
}

/// Makes the site. Without Node there are no `/docs` and `/redoc`; that is good enough for a look at the rest, and not for a release.
pub fn make(workspace: &Workspace, profile: Profile) -> Result<()> {
    term::step("making the pages");
    let packages = match Node::find() {
        Ok(node) => {
            let assets = workspace.root.join("components/docs/assets");
            Some(node.install(&assets, &workspace.target.join("docs-assets"))?)
        }
        Err(error) if profile == Profile::Development => {
            term::note(format_args!("without /docs and /redoc: {error:#}"));
            None
        }
        Err(error) => return Err(error.context("/docs and /redoc belong to a release")),
    };
    let mut command = maker(workspace);
    command
        .arg("make")
        .arg(&workspace.root)
        .arg(workspace.root.join(FOLDER))
        .args(packages);
    process::run(&mut command, "its message stands above")
}

/// Writes the parts of the pages about problems that the code knows.
pub fn renew_errors(workspace: &Workspace) -> Result<()> {
    let mut command = maker(workspace);
    command.arg("errors").arg(&workspace.root);
    process::run(&mut command, "its message stands above").context("docs/errors")
}

fn maker(workspace: &Workspace) -> std::process::Command {
    let mut command = cargo();
    command
        .current_dir(&workspace.root)
        .args(["run", "--quiet", "--package", MAKER, "--"]);
    command
}
