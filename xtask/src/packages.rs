//! Packages of others that only a check needs: npm's and pip's, pinned with hashes, installed below the target directory once for
//! each list of them. Nothing is installed on the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::term;
use crate::workspace::Workspace;

/// The oldest Node that the packages run on.
const OLDEST_NODE: u32 = 20;
/// Longer than installing takes on a slow line.
const INSTALL: Duration = Duration::from_secs(600);
/// What names the packages of a folder.
const LISTS: [&str; 2] = ["package-lock.json", "requirements.txt"];

/// Node with its package manager.
pub struct Node {
    /// The program `node`.
    pub node: PathBuf,
    npm: PathBuf,
}

impl Node {
    /// Looks on `PATH`; an error is a sentence that says what to do.
    pub fn find() -> Result<Self> {
        let advice = format!("install Node.js {OLDEST_NODE} or newer, https://nodejs.org");
        let node = process::which("node").with_context(|| format!("node is not on PATH: {advice}"))?;
        let version = process::read(Command::new(&node).arg("--version"))?;
        let major = version.trim().trim_start_matches('v').split('.').next();
        let major: u32 = major.and_then(|major| major.parse().ok()).unwrap_or(0);
        if major < OLDEST_NODE {
            bail!("node is {}: {advice}", version.trim());
        }
        let npm = process::which("npm").with_context(|| format!("npm is not on PATH: {advice}"))?;
        Ok(Self { node, npm })
    }

    /// Copies the files of `from` to `to` and installs the packages that their lock file names, unless that was done for the same one.
    /// Gives the folder of the packages.
    pub fn install(&self, from: &Path, to: &Path) -> Result<PathBuf> {
        fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
        let (lists, done) = (copy(from, to)?, to.join("installed"));
        if fs::read(&done).ok().as_ref() != Some(&lists) {
            term::step(format_args!(
                "installing the packages of {} (once)",
                from.display()
            ));
            self.ci(to)?;
            fs::write(&done, lists)?;
        }
        Ok(to.join("node_modules"))
    }

    fn ci(&self, folder: &Path) -> Result<()> {
        let mut npm = Command::new(&self.npm);
        npm.args(["ci", "--ignore-scripts", "--silent"]);
        bounded(folder, &mut npm, "npm ci")
    }
}

/// Python with what makes an environment of its own.
pub struct Python(PathBuf);

impl Python {
    /// Looks on `PATH`; an error is a sentence that says what to do.
    pub fn find() -> Result<Self> {
        let python = process::which("python3")
            .context("python3 is not on PATH: install Python 3.10 or newer with its module venv")?;
        process::read(Command::new(&python).args(["-c", "import venv, ensurepip"]))
            .context("python3 has no module venv: install it (Debian: python3-venv)")?;
        Ok(Self(python))
    }
}

/// Copies the files of `tests/NAME` to where their packages are, below the target directory, and installs those unless that was done
/// for the same lists. Gives that folder; Python's programs are in its `venv/bin`.
pub fn install(
    workspace: &Workspace,
    name: &str,
    node: Option<&Node>,
    python: Option<&Python>,
) -> Result<PathBuf> {
    let (from, to) = (
        workspace.root.join("tests").join(name),
        workspace.target.join(name),
    );
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    let lists = copy(&from, &to)?;
    let done = to.join("installed");
    if fs::read(&done).ok().as_ref() == Some(&lists) {
        return Ok(to);
    }
    term::step(format_args!(
        "installing what tests/{name} needs (once, a minute)"
    ));
    if let Some(node) = node {
        node.ci(&to)?;
    }
    if let Some(python) = python {
        let mut venv = Command::new(&python.0);
        venv.args(["-m", "venv", "--clear", "venv"]);
        bounded(&to, &mut venv, "python3 -m venv")?;
        let mut pip = Command::new(to.join("venv/bin/pip"));
        pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]);
        bounded(&to, pip.args(["-r", "requirements.txt"]), "pip install")?;
    }
    fs::write(&done, lists)?;
    Ok(to)
}

/// Copies the files of a folder and gives the text of its lists of packages.
fn copy(from: &Path, to: &Path) -> Result<Vec<u8>> {
    let mut lists = Vec::new();
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_file() {
            fs::copy(&path, to.join(name))?;
        }
        if LISTS.iter().any(|list| name == *list) {
            lists.push((path.clone(), fs::read(&path)?));
        }
    }
    lists.sort();
    Ok(lists.into_iter().flat_map(|(_, text)| text).collect())
}

fn bounded(folder: &Path, command: &mut Command, what: &str) -> Result<()> {
    let ended = process::run_bounded(command.current_dir(folder), INSTALL)?;
    if !ended {
        bail!("{what} failed, its message stands above; is the package registry within reach?");
    }
    Ok(())
}
