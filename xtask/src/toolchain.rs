//! `cargo xtask toolchain`: the wasm32-wasip2 target, from rustup or, where it cannot load it, from Debian's sources.

mod debian;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::components::TARGET;
use crate::workspace::Workspace;
use crate::{process, term};

/// How long rustup may try. A machine without a way out often waits for a timeout instead of an answer.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Makes sure of the target; does nothing, quickly, if it is there.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    let sysroot = Sysroot::find()?;
    if sysroot.has_target() {
        return Ok(());
    }
    term::step(format_args!(
        "adding the target {TARGET} to {}",
        sysroot.folder.display()
    ));
    let _lock = lock(workspace)?;
    if sysroot.has_target() {
        return Ok(());
    }
    let mut tried = Vec::new();
    match by_rustup(&sysroot) {
        Ok(()) => return Ok(()),
        Err(error) => tried.push(format!("{error:#}")),
    }
    term::note(format_args!(
        "{}; building it from the distribution's sources instead",
        tried[0]
    ));
    match debian::build(workspace, &sysroot) {
        Ok(()) => return Ok(()),
        Err(error) => tried.push(format!("Debian's rust-src: {error:#}")),
    }
    bail!(
        "the Rust target {TARGET} is missing and could not be added; run `rustup target add {TARGET}` on a machine \
         with a way out, or make a Debian mirror reachable. Tried: {}",
        tried.join("; ")
    )
}

/// The compiler in use and where its libraries are.
struct Sysroot {
    folder: PathBuf,
}

impl Sysroot {
    fn find() -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let folder = process::read(Command::new(rustc).args(["--print", "sysroot"]))
            .context("cannot ask rustc for its folder; install Rust with rustup")?;
        Ok(Self {
            folder: folder.trim().into(),
        })
    }

    /// The target's own folder.
    fn libraries(&self) -> PathBuf {
        self.folder.join("lib/rustlib").join(TARGET).join("lib")
    }

    fn has_target(&self) -> bool {
        fs::read_dir(self.libraries()).is_ok_and(|entries| {
            entries.filter_map(Result::ok).any(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.starts_with("libstd-") && name.ends_with(".rlib")
            })
        })
    }

    fn rustc(&self) -> PathBuf {
        self.folder.join("bin/rustc")
    }

    /// The plain version number.
    fn version(&self) -> Result<String> {
        let text = process::read(Command::new(self.rustc()).arg("--version"))?;
        Ok(text
            .split_whitespace()
            .nth(1)
            .context("rustc --version has no version")?
            .to_owned())
    }

    /// The name by which rustup knows this compiler, if it comes from rustup.
    fn rustup_name(&self) -> Option<String> {
        let parent = self.folder.parent()?;
        let name = self.folder.file_name()?.to_string_lossy().into_owned();
        parent.ends_with("toolchains").then_some(name)
    }
}

fn by_rustup(sysroot: &Sysroot) -> Result<()> {
    let rustup = process::which("rustup").context("rustup is not on PATH")?;
    let mut command = Command::new(rustup);
    command.args(["target", "add", TARGET]);
    if let Some(name) = sysroot.rustup_name() {
        command.args(["--toolchain", &name]);
    }
    if !process::run_bounded(&mut command, RUSTUP_LIMIT)? {
        bail!("`rustup target add {TARGET}` failed");
    }
    if !sysroot.has_target() {
        bail!(
            "`rustup target add {TARGET}` added nothing to {}",
            sysroot.folder.display()
        );
    }
    Ok(())
}

/// One at a time: two builds would write the same files.
fn lock(workspace: &Workspace) -> Result<fs::File> {
    let folder = scratch(workspace);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = fs::File::create(folder.join("lock"))?;
    file.lock().context("cannot lock target/toolchain/lock")?;
    Ok(file)
}

/// Where downloads and the build of `std` live.
fn scratch(workspace: &Workspace) -> PathBuf {
    workspace.target.join("toolchain")
}

/// Copies a folder with everything in it.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot write to {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        // Follows links: Debian links files of other packages, which are checked where they are used.
        match fs::metadata(entry.path()) {
            Ok(meta) if meta.is_dir() => copy_tree(&entry.path(), &target)?,
            Ok(_) => drop(
                fs::copy(entry.path(), &target)
                    .with_context(|| format!("cannot write {}", target.display()))?,
            ),
            Err(_) => {}
        }
    }
    Ok(())
}
