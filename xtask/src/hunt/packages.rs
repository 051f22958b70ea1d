//! What hunts need of others: lists of strings and schemathesis, pinned in `tests/hunt`, installed in the target directory.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{process, term};

/// Longer than installing takes on a slow line.
const INSTALL: Duration = Duration::from_secs(600);

/// The list of naughty strings, a file of JSON; nothing where npm is missing, which is said.
pub fn strings(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let Some(npm) = process::which("npm") else {
        term::note("npm is not on PATH: hunting without the package big-list-of-naughty-strings");
        return Ok(None);
    };
    let folder = workspace.target.join("hunt/npm");
    let mut install = Command::new(npm);
    install.args(["ci", "--ignore-scripts", "--silent"]);
    installed(
        workspace,
        &folder,
        &["package.json", "package-lock.json"],
        &mut [install],
    )?;
    Ok(Some(
        folder.join("node_modules/big-list-of-naughty-strings/blns.json"),
    ))
}

/// The program schemathesis.
pub fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let python = process::which("python3")
        .context("python3 is not on PATH: install Python 3.10 or newer with its module venv")?;
    let folder = workspace.target.join("hunt/python");
    let mut venv = Command::new(python);
    venv.args(["-m", "venv", "--clear", "venv"]);
    let mut pip = Command::new(folder.join("venv/bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        "requirements.txt",
    ]);
    installed(workspace, &folder, &["requirements.txt"], &mut [venv, pip])?;
    Ok(folder.join("venv/bin/schemathesis"))
}

/// Runs the commands in the folder with these files of `tests/hunt`, unless that was done for the same files.
fn installed(
    workspace: &Workspace,
    folder: &PathBuf,
    files: &[&str],
    commands: &mut [Command],
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut stamp = Vec::new();
    for file in files {
        let from = workspace.root.join("tests/hunt").join(file);
        let text = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        fs::write(folder.join(file), &text)?;
        stamp.extend(text);
    }
    let done = folder.join("installed");
    if fs::read(&done).ok().as_ref() == Some(&stamp) {
        return Ok(());
    }
    term::step("installing what tests/hunt needs (once, a minute)");
    for command in commands {
        if !process::run_bounded(command.current_dir(folder), INSTALL)? {
            bail!("installing failed, its message stands above; is the package registry within reach?");
        }
    }
    fs::write(&done, stamp)?;
    Ok(())
}
