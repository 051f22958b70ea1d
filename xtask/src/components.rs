//! `cargo xtask build`: all components in one cargo invocation, then copied to where `spin.toml` expects them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::workspace::{Package, Workspace, cargo};
use crate::{site, term, toolchain};

/// The target of every component.
pub const TARGET: &str = "wasm32-wasip2";

/// What is deployed uses Wasm's 128-bit vectors: Argon2id takes a fifth less time with them (`docs/performance.md`). Development does without,
/// so that its dependencies are compiled once for everything.
const RELEASE_FLAGS: (&str, &str) = (
    "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS",
    "-C target-feature=+simd128",
);

/// What `cargo xtask build` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Build as deployed (slow to build, small and fast to run) instead of for development
    #[arg(long)]
    release: bool,
    /// Build only these components (folder names under components/); all of them when none is named
    components: Vec<String>,
}

/// How optimised the components are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Development,
    /// What is deployed.
    Release,
}

impl Profile {
    /// The profile for a `--release` flag.
    pub fn from_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }

    fn cargo_name(self) -> &'static str {
        match self {
            Self::Development => "component",
            Self::Release => "release",
        }
    }
}

/// Runs `cargo xtask build`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    toolchain::ensure(workspace)?;
    build(workspace, Profile::from_flag(args.release), &args.components)
}

/// Builds the named components (all when none is named) and shows their sizes.
pub fn build(workspace: &Workspace, profile: Profile, names: &[String]) -> Result<()> {
    let packages = select(workspace, names)?;
    if packages.is_empty() {
        term::note("no components to build yet");
        return Ok(());
    }
    if packages.iter().any(|package| package.folder_name() == "docs") {
        site::make(workspace, profile)?;
    }
    term::step(format_args!(
        "building {} component(s), profile {}",
        packages.len(),
        profile.cargo_name()
    ));
    let built = compile(workspace, profile, &packages)?;
    let mut rows = vec![term::row(["component", "size", "time"])];
    for package in packages {
        let artifact = built.get(&package.name).with_context(|| {
            format!(
                "{} gave no .wasm: set crate-type = [\"cdylib\", \"rlib\"]",
                package.name
            )
        })?;
        let size = publish(workspace, package, &artifact.wasm)?;
        let time = artifact
            .finished
            .map_or_else(|| "unchanged".to_owned(), term::seconds);
        rows.push(vec![package.folder_name(), term::kilobytes(size), time]);
    }
    term::table(&rows);
    Ok(())
}

/// Builds a component that belongs to no app of ours, and says where it lies.
pub fn build_apart(workspace: &Workspace, profile: Profile, package: &str) -> Result<PathBuf> {
    let package = workspace
        .package(package)
        .with_context(|| format!("the workspace has no package {package}"))?;
    let built = compile(workspace, profile, &[package])?;
    let artifact = built.into_values().next();
    Ok(artifact
        .with_context(|| format!("{} gave no .wasm", package.name))?
        .wasm)
}

fn select<'a>(workspace: &'a Workspace, names: &[String]) -> Result<Vec<&'a Package>> {
    let all: Vec<&Package> = workspace.components().collect();
    for name in names {
        if !all.iter().any(|package| package.folder_name() == *name) {
            let known: Vec<String> = all.iter().map(|package| package.folder_name()).collect();
            bail!("no component {name:?}: choose from {}", known.join(", "));
        }
    }
    Ok(all
        .into_iter()
        .filter(|package| names.is_empty() || names.contains(&package.folder_name()))
        .collect())
}

/// A component that cargo has built or found unchanged.
struct Artifact {
    wasm: PathBuf,
    /// When it was ready after the start; none if nothing had to be done.
    finished: Option<Duration>,
}

/// The part of cargo's messages that matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    fresh: bool,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    #[serde(default)]
    manifest_path: PathBuf,
}

fn compile(
    workspace: &Workspace,
    profile: Profile,
    packages: &[&Package],
) -> Result<BTreeMap<String, Artifact>> {
    let mut command = cargo();
    command.current_dir(&workspace.root).args([
        "build",
        "--target",
        TARGET,
        "--profile",
        profile.cargo_name(),
    ]);
    command.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release {
        command.env(RELEASE_FLAGS.0, RELEASE_FLAGS.1);
    }
    for package in packages {
        command.args(["--package", &package.name]);
    }
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let mut built = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().context("cargo has no output")?).lines() {
        let line = line?;
        let Ok(message) = serde_json::from_str::<Message>(&line) else {
            continue;
        };
        if message.reason != "compiler-artifact" {
            continue;
        }
        let owner = packages
            .iter()
            .find(|package| message.manifest_path.starts_with(package.folder()));
        let wasm = message
            .filenames
            .into_iter()
            .find(|file| file.extension().is_some_and(|end| end == "wasm"));
        if let (Some(package), Some(wasm)) = (owner, wasm) {
            let finished = (!message.fresh).then(|| start.elapsed());
            built.insert(package.name.clone(), Artifact { wasm, finished });
        }
    }
    if !child.wait()?.success() {
        bail!("the components do not build: see the compiler's messages above");
    }
    Ok(built)
}

/// Copies the artifact to `target/components/<name>.wasm` of the project, by renaming, so that a running server never
/// sees half a file. `spin.toml` cannot follow a target directory that lies elsewhere, so this folder is always there.
fn publish(workspace: &Workspace, package: &Package, wasm: &Path) -> Result<u64> {
    let folder = workspace.root.join("target/components");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(format!("{}.wasm", package.folder_name()));
    let bytes = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    if fs::read(&file).ok().as_deref() != Some(bytes.as_slice()) {
        let part = file.with_extension("part");
        fs::write(&part, &bytes).with_context(|| format!("cannot write {}", part.display()))?;
        fs::rename(&part, &file)?;
    }
    Ok(bytes.len() as u64)
}
