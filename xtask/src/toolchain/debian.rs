//! The air-gapped way: Debian's `rust-src` of exactly our compiler's version and its `wasi-libc`, compiled with the
//! pinned compiler, which already has the linker and the component linker.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Sysroot, copy_tree, scratch};
use crate::apt::{Apt, Source};
use crate::components::TARGET;
use crate::workspace::Workspace;
use crate::{process, term};

/// Where a new `rust-src` tends to stand, most likely first. The machine's own suites come after these.
const SUITES: &[&str] = &[
    "stable-backports",
    "trixie-backports",
    "testing",
    "unstable",
    "forky",
    "forky-backports",
    "sid",
    "stable",
    "trixie",
    "experimental",
];

/// The crate that is compiled only to have `std` compiled.
const SEED: &str = "std-seed";

/// Builds the target's libraries and puts them into the sysroot.
pub fn build(workspace: &Workspace, sysroot: &Sysroot) -> Result<()> {
    check_writable(sysroot)?;
    if !Apt::available() {
        bail!("apt-get, apt-cache and dpkg-deb are needed and this machine lacks one of them");
    }
    let folder = scratch(workspace);
    let unpacked = folder.join("unpacked");
    let _ = fs::remove_dir_all(&unpacked);
    fetch(&folder, &sysroot.version()?, &unpacked)?;
    install_sources(sysroot, &unpacked)?;
    install_libc(sysroot, &unpacked)?;
    let rlibs = compile(sysroot, &folder.join(SEED))?;
    install_rlibs(sysroot, &rlibs)?;
    fs::remove_dir_all(&unpacked)?;
    term::note(format_args!("{TARGET} is ready"));
    Ok(())
}

/// Says at once what would otherwise fail after the downloads.
fn check_writable(sysroot: &Sysroot) -> Result<()> {
    let probe = sysroot.folder.join("lib/rustlib/.write-probe");
    fs::write(&probe, "").with_context(|| {
        format!(
            "{} is not writable for this user; run this once as its owner",
            sysroot.folder.display()
        )
    })?;
    Ok(fs::remove_file(probe)?)
}

/// Looks through mirrors and suites for the equal version and unpacks it.
fn fetch(folder: &Path, version: &str, into: &Path) -> Result<()> {
    let sources = Source::of_machine();
    if sources.is_empty() {
        bail!("no apt source in /etc/apt");
    }
    let mut tried = Vec::new();
    for source in &sources {
        let own = source
            .suites()
            .iter()
            .map(String::as_str)
            .filter(|suite| !SUITES.contains(suite));
        for suite in SUITES.iter().copied().chain(own) {
            term::note(format_args!(
                "looking for rust-src {version} in {suite} at {}",
                source.shown()
            ));
            match fetch_from(&folder.join("apt"), source, suite, version, into) {
                Ok(()) => return Ok(()),
                Err(error) => tried.push(format!("{suite}: {error:#}")),
            }
        }
    }
    bail!(
        "no suite has rust-src {version} with a wasi-libc for {TARGET} ({})",
        tried.join("; ")
    )
}

fn fetch_from(folder: &Path, source: &Source, suite: &str, version: &str, into: &Path) -> Result<()> {
    let apt = Apt::open(folder, source, &[suite])?;
    let offers = apt.offers("rust-src")?;
    let Some(rust_src) = offers.iter().find(|offer| upstream(&offer.version) == version) else {
        let known: Vec<&str> = offers.iter().map(|offer| upstream(&offer.version)).collect();
        bail!(
            "has {}",
            if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            }
        );
    };
    let offers = apt.offers("wasi-libc")?;
    let libc = offers.first().context("has rust-src but no wasi-libc")?;
    term::note(format_args!(
        "loading rust-src {} and wasi-libc {}",
        rust_src.version, libc.version
    ));
    apt.unpack(&[format!("wasi-libc={}", libc.version)], into)?;
    if !libc_folder(into).join("libc.a").is_file() {
        bail!("its wasi-libc has no {TARGET}");
    }
    apt.unpack(&[format!("rust-src={}", rust_src.version)], into)
}

/// `1.95.0` of `1.95.0+dfsg1-2~bpo13+1`.
fn upstream(version: &str) -> &str {
    version.split(['+', '~', '-']).next().unwrap_or(version)
}

fn libc_folder(unpacked: &Path) -> PathBuf {
    unpacked.join("usr/lib").join(TARGET)
}

/// `library/` goes where `-Zbuild-std` looks for it.
fn install_sources(sysroot: &Sysroot, unpacked: &Path) -> Result<()> {
    let sources = unpacked.join("usr/src");
    let library = fs::read_dir(&sources)
        .with_context(|| format!("rust-src has no {}", sources.display()))?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("library"))
        .find(|library| library.join("std").is_dir())
        .context("rust-src has no library/std")?;
    copy_tree(&library, &sysroot.folder.join("lib/rustlib/src/rust/library"))
}

fn install_libc(sysroot: &Sysroot, unpacked: &Path) -> Result<()> {
    copy_tree(
        &libc_folder(unpacked),
        &sysroot.libraries().join("self-contained"),
    )
}

/// Compiles an empty crate with `std` built along. Bitcode is kept so that release builds can do LTO.
fn compile(sysroot: &Sysroot, folder: &Path) -> Result<Vec<PathBuf>> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder.join("src"))?;
    let manifest =
        format!("[package]\nname = \"{SEED}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n");
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let mut command = Command::new(sysroot.folder.join("bin/cargo"));
    command
        .current_dir(folder)
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort,panic_unwind",
        ])
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env("RUSTC", sysroot.rustc())
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER");
    process::run(
        &mut command,
        "the standard library does not compile, see the messages above",
    )?;
    let deps = folder.join("target").join(TARGET).join("release/deps");
    let rlibs: Vec<PathBuf> = fs::read_dir(&deps)
        .with_context(|| format!("cannot read {}", deps.display()))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| is_library(path))
        .collect();
    if rlibs.is_empty() {
        bail!("the build of std left no library in {}", deps.display());
    }
    Ok(rlibs)
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".rlib") && !name.starts_with("libstd_seed-")
}

/// `libstd` goes last, because its presence is what says that the target is complete.
fn install_rlibs(sysroot: &Sysroot, rlibs: &[PathBuf]) -> Result<()> {
    let is_std = |path: &&PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
    };
    let (std, others): (Vec<&PathBuf>, Vec<&PathBuf>) = rlibs.iter().partition(is_std);
    for rlib in others.into_iter().chain(std) {
        let to = sysroot
            .libraries()
            .join(rlib.file_name().context("a library without a name")?);
        let part = to.with_extension("part");
        fs::copy(rlib, &part).with_context(|| format!("cannot write {}", part.display()))?;
        fs::rename(&part, &to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_upstream_version_is_what_rustc_says() {
        assert_eq!(super::upstream("1.95.0+dfsg1-2~bpo13+1"), "1.95.0");
        assert_eq!(super::upstream("1.96.0~beta.1-1"), "1.96.0");
    }
}
