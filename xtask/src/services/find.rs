//! Finding the programs that tests need, or unpacking them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::unistd::User;

use crate::apt::{Apt, Source};
use crate::process;
use crate::term;
use crate::workspace::Workspace;

/// Programs in one folder, with the libraries they need where those were unpacked, too.
pub struct Tools {
    folder: PathBuf,
    libraries: Vec<PathBuf>,
    /// PostgreSQL's data files where they do not lie where it was built to look.
    pub share: Option<PathBuf>,
    /// Variables that the programs need where they were unpacked.
    variables: Vec<(&'static str, PathBuf)>,
}

impl Tools {
    fn at(folder: PathBuf) -> Self {
        Self {
            folder,
            libraries: Vec::new(),
            share: None,
            variables: Vec::new(),
        }
    }

    fn has(&self, programs: &[&str]) -> bool {
        programs
            .iter()
            .all(|program| process::is_executable(&self.folder.join(program)))
    }

    /// A command that ends with this process, as another user if one is given.
    pub fn command(&self, program: &str, user: Option<&User>) -> Command {
        let program = self.folder.join(program);
        let mut command = match (user, process::which("setpriv")) {
            (Some(user), Some(setpriv)) => {
                let mut command = Command::new(setpriv);
                command
                    .arg(format!("--reuid={}", user.uid))
                    .arg(format!("--regid={}", user.gid));
                command
                    .args(["--clear-groups", "--pdeathsig", "TERM", "--"])
                    .arg(program);
                command
            }
            (Some(user), None) => {
                let mut command = Command::new("runuser");
                command.args(["-u", &user.name, "--"]).arg(program);
                command
            }
            (None, _) => process::tied(program),
        };
        command.env("LC_ALL", "C");
        if !self.libraries.is_empty() {
            let paths = std::env::join_paths(&self.libraries).unwrap_or_default();
            command.env("LD_LIBRARY_PATH", paths);
        }
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        command
    }
}

/// PostgreSQL's server programs: from `PATH`, from where Debian puts them, else unpacked.
pub fn postgres(workspace: &Workspace) -> Result<Tools> {
    postgres_with(workspace, &["initdb", "postgres"])
}

/// PostgreSQL's programs to dump and load a database, found the same way.
pub fn postgres_clients(workspace: &Workspace) -> Result<Tools> {
    postgres_with(workspace, &["pg_dump", "pg_restore"])
}

fn postgres_with(workspace: &Workspace, needed: &[&str]) -> Result<Tools> {
    let first = needed.first().and_then(|program| process::which(program));
    let mut folders: Vec<PathBuf> = first
        .and_then(|path| Some(path.parent()?.to_owned()))
        .into_iter()
        .collect();
    folders.extend(versions(Path::new("/usr/lib/postgresql")));
    if let Some(tools) = folders.into_iter().map(Tools::at).find(|tools| tools.has(needed)) {
        return Ok(tools);
    }
    let root =
        unpack(workspace, "postgresql").context("PostgreSQL is missing: install the package postgresql")?;
    let folder = versions(&root.join("usr/lib/postgresql"))
        .into_iter()
        .next()
        .context("postgresql has no programs")?;
    let version = folder.parent().and_then(Path::file_name).unwrap_or_default();
    let share = root.join("usr/share/postgresql").join(version);
    Ok(Tools {
        share: Some(share),
        libraries: libraries(&root),
        ..Tools::at(folder)
    })
}

/// `redis-server` from `PATH`, else unpacked.
pub fn redis(workspace: &Workspace) -> Result<Tools> {
    if let Some(folder) = process::which("redis-server").and_then(|path| Some(path.parent()?.to_owned())) {
        return Ok(Tools::at(folder));
    }
    let root =
        unpack(workspace, "redis-server").context("Redis is missing: install the package redis-server")?;
    Ok(Tools {
        libraries: libraries(&root),
        ..Tools::at(root.join("usr/bin"))
    })
}

/// `chromium`: the browser itself from where Debian puts it, from `PATH`, else unpacked.
pub fn chromium(workspace: &Workspace) -> Result<Tools> {
    const PROGRAM: &str = "chromium";
    let on_path = process::which(PROGRAM).and_then(|path| Some(path.parent()?.to_owned()));
    let folders = std::iter::once(PathBuf::from("/usr/lib/chromium")).chain(on_path);
    if let Some(tools) = folders.map(Tools::at).find(|tools| tools.has(&[PROGRAM])) {
        return Ok(tools);
    }
    let root = unpack(workspace, PROGRAM).context("Chromium is missing: install the package chromium")?;
    let fonts = root.join("fonts.conf");
    let text = format!(
        "<?xml version=\"1.0\"?>\n<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>\n",
        root.join("usr/share/fonts").display(),
        root.join("fonts-cache").display()
    );
    fs::write(&fonts, text).with_context(|| format!("cannot write {}", fonts.display()))?;
    Ok(Tools {
        libraries: libraries(&root),
        variables: vec![("FONTCONFIG_FILE", fonts)],
        ..Tools::at(root.join("usr/lib/chromium"))
    })
}

/// The `bin` folders of all installed versions, newest first.
fn versions(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, bin)| bin).collect()
}

/// Unpacks a package and what it needs under `target/tools/<package>`, once.
fn unpack(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    let root = workspace.target.join("tools").join(package);
    if root.is_dir() {
        return Ok(root);
    }
    if !Apt::available() {
        bail!("it is not installed and there is no apt-get to load it with");
    }
    term::note(format_args!(
        "loading {package} from the distribution into {}",
        root.display()
    ));
    let part = root.with_extension("part");
    let _ = fs::remove_dir_all(&part);
    let mut tried = Vec::new();
    for source in Source::of_machine() {
        match unpack_from(&workspace.target.join("tools/apt"), &source, package, &part) {
            Ok(()) => {
                fs::rename(&part, &root)?;
                return Ok(root);
            }
            Err(error) => tried.push(format!("{}: {error:#}", source.shown())),
        }
    }
    bail!("no apt source of this machine gave it ({})", tried.join("; "))
}

fn unpack_from(folder: &Path, source: &Source, package: &str, into: &Path) -> Result<()> {
    let suites: Vec<&str> = source.suites().iter().map(String::as_str).collect();
    let apt = Apt::open(folder, source, &suites)?;
    let wanted: Vec<String> = apt
        .closure(package)?
        .into_iter()
        .filter(|name| is_wanted(name))
        .collect();
    apt.unpack(&wanted, into)
}

/// Programs and their libraries only: the C library has to be the running system's, and what configures a system stays out.
fn is_wanted(package: &str) -> bool {
    const NOT: &[&str] = &[
        "libc6",
        "libc-bin",
        "libc-l10n",
        "libcrypt1",
        "libgcc-s1",
        "libstdc++6",
    ];
    let library =
        package.starts_with("lib") && !package.ends_with("-perl") && !package.starts_with("libperl");
    let program = ["postgresql-", "redis", "chromium", "fonts-"]
        .iter()
        .any(|start| package.starts_with(start));
    !NOT.contains(&package) && (library || program)
}

/// The folders in which an unpacked package keeps its libraries.
fn libraries(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for base in [root.join("usr/lib"), root.join("lib")] {
        let multiarch = fs::read_dir(&base)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path());
        found
            .extend(multiarch.filter(|path| path.is_dir() && path.to_string_lossy().ends_with("-linux-gnu")));
    }
    found
}
