//! `cargo xtask openapi`: writes `openapi.json` (OPS-6). The package that makes it uses every component, so it is built and run rather
//! than linked in: the other commands do not wait for it. A test says when the file is not what this would write.

use anyhow::Result;

use crate::workspace::{Workspace, cargo};
use crate::{process, term};

/// The package that makes the document.
const PACKAGE: &str = "realcare-openapi";
/// What it writes, at the root.
const FILE: &str = "openapi.json";

/// Runs `cargo xtask openapi`.
pub fn run(workspace: &Workspace) -> Result<()> {
    process::run(
        cargo()
            .current_dir(&workspace.root)
            .args(["run", "--quiet", "--package", PACKAGE]),
        "mend what does not build, or what the message says of two types of one name",
    )?;
    term::note(FILE);
    Ok(())
}
