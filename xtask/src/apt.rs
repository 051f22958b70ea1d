//! Packages of the distribution without installing any: an apt configuration, package lists and downloads of its own
//! under the target directory. The machine's sources are read (mirror and keyring) and never changed; no root needed.

mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

pub use sources::Source;

use crate::process;

/// What the own configuration says. The hooks of the machine are cleared, because they tidy the machine's folders.
const SETTINGS: &str = r#"
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"#;

/// One version of a package that a suite offers.
pub struct Offer {
    /// The full version, as `apt-get download name=version` takes it.
    pub version: String,
}

/// An apt of our own in one folder, looking at one mirror and some suites.
pub struct Apt {
    folder: PathBuf,
}

impl Apt {
    /// Whether this machine has the tools at all.
    pub fn available() -> bool {
        ["apt-get", "apt-cache", "dpkg-deb"]
            .iter()
            .all(|tool| process::which(tool).is_some())
    }

    /// Loads the package lists of these suites from the source's mirror.
    pub fn open(folder: &Path, source: &Source, suites: &[&str]) -> Result<Self> {
        let apt = Self {
            folder: folder.to_owned(),
        };
        for part in ["sources", "lists/partial", "cache/archives/partial", "download"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
        }
        fs::write(folder.join("status"), "")?;
        // The address may carry a password.
        write_private(&folder.join("sources/own.sources"), &source.stanza(suites))?;
        write_private(&apt.config(), &apt.settings())?;
        process::read(
            apt.command("apt-get")
                .args(["--quiet", "update", "--error-on=any"]),
        )?;
        Ok(apt)
    }

    /// All versions of a package in the loaded lists, newest first.
    pub fn offers(&self, package: &str) -> Result<Vec<Offer>> {
        let text = process::read(self.command("apt-cache").args(["madison", package]))?;
        Ok(text
            .lines()
            .filter_map(|line| line.split('|').nth(1))
            .map(|version| Offer {
                version: version.trim().to_owned(),
            })
            .collect())
    }

    /// Loads packages (`name` or `name=version`) and unpacks them into `into`. The signature chain is checked by apt.
    pub fn unpack(&self, packages: &[String], into: &Path) -> Result<()> {
        let download = self.folder.join("download");
        let _ = fs::remove_dir_all(&download);
        fs::create_dir_all(&download)?;
        process::read(
            self.command("apt-get")
                .current_dir(&download)
                .args(["--quiet", "download"])
                .args(packages),
        )?;
        fs::create_dir_all(into)?;
        let mut any = false;
        for entry in fs::read_dir(&download)? {
            process::read(
                Command::new("dpkg-deb")
                    .arg("--extract")
                    .arg(entry?.path())
                    .arg(into),
            )?;
            any = true;
        }
        if !any {
            bail!("apt-get download {} left no file", packages.join(" "));
        }
        Ok(fs::remove_dir_all(&download)?)
    }

    /// The packages that `package` needs in turn, itself included, as far as the loaded lists know them.
    pub fn closure(&self, package: &str) -> Result<Vec<String>> {
        let text = process::read(self.command("apt-cache").args([
            "depends",
            "--recurse",
            "--no-recommends",
            "--no-suggests",
            "--no-conflicts",
            "--no-breaks",
            "--no-replaces",
            "--no-enhances",
            package,
        ]))?;
        Ok(text
            .lines()
            .filter(|line| !line.starts_with([' ', '<']) && !line.contains(':'))
            .map(str::to_owned)
            .collect())
    }

    fn config(&self) -> PathBuf {
        self.folder.join("apt.conf")
    }

    fn settings(&self) -> String {
        let at = |part: &str| self.folder.join(part).display().to_string();
        format!(
            "Dir::Etc::sourcelist \"/dev/null\";\nDir::Etc::sourceparts \"{}\";\nDir::State \"{}\";\n\
             Dir::State::lists \"{}\";\nDir::State::status \"{}\";\nDir::Cache \"{}\";\n{SETTINGS}",
            at("sources"),
            at(""),
            at("lists"),
            at("status"),
            at("cache"),
        )
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.arg("-c").arg(self.config()).env("LC_ALL", "C");
        command
    }
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}
