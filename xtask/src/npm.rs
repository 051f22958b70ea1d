//! Packages of npm, by a lock file of the project's, in a folder under the target directory. No script of a package runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{process, term};

/// The oldest Node that the packages run on.
const OLDEST_NODE: u32 = 20;
/// Longer than installing takes on a slow line.
const INSTALL: Duration = Duration::from_secs(600);

/// Node and what comes with it.
pub struct Npm {
    /// Runs scripts.
    pub node: PathBuf,
    npm: PathBuf,
}

impl Npm {
    /// Finds both on `PATH`; the error says what to do.
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

    /// Copies the files of `from` to `to` and installs what their lock file names, unless that was done for the same lock file. Gives
    /// the folder of the packages.
    pub fn install(&self, from: &Path, to: &Path) -> Result<PathBuf> {
        fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
        for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
            let path = entry?.path();
            if path.is_file() {
                fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
            }
        }
        let (lock, done) = (
            fs::read(from.join("package-lock.json"))?,
            to.join("node_modules/.lock-of-realcare"),
        );
        if fs::read(&done).ok().as_ref() != Some(&lock) {
            term::step(format_args!(
                "installing the packages of {} (once)",
                from.display()
            ));
            self.ci(to)?;
            fs::write(&done, lock)?;
        }
        Ok(to.join("node_modules"))
    }

    /// `npm ci` in a folder.
    pub fn ci(&self, folder: &Path) -> Result<()> {
        let mut npm = Command::new(&self.npm);
        npm.args(["ci", "--ignore-scripts", "--silent"]);
        bounded(folder, &mut npm, "npm ci")
    }
}

/// Runs an installer in a folder for as long as one may take.
pub fn bounded(folder: &Path, command: &mut Command, what: &str) -> Result<()> {
    let ended = process::run_bounded(command.current_dir(folder), INSTALL)?;
    if !ended {
        bail!("{what} failed, its message stands above; is the package registry within reach?");
    }
    Ok(())
}
