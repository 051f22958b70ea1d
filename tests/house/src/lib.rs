//! What the house rules look at: the packages as cargo sees them, the manifests, and the text of every source.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// One package of the workspace.
#[derive(Deserialize)]
pub struct Package {
    /// Its name, for example `realcare-guard`.
    pub name: String,
    /// The path of its manifest.
    pub manifest_path: PathBuf,
    /// What it depends on directly.
    pub dependencies: Vec<Dependency>,
}

/// A direct dependency.
#[derive(Deserialize)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Package {
    /// The name without the project's prefix.
    pub fn room(&self) -> &str {
        self.name.strip_prefix("realcare-").unwrap_or(&self.name)
    }

    /// The folder, relative to the root.
    pub fn folder(&self) -> String {
        let folder = self.manifest_path.parent().unwrap_or(Path::new(""));
        folder
            .strip_prefix(root())
            .unwrap_or(folder)
            .to_string_lossy()
            .into_owned()
    }

    /// Whether it is a Spin component.
    pub fn is_component(&self) -> bool {
        self.folder().starts_with("components/")
    }

    /// Whether its code runs while a request is answered.
    pub fn is_request_code(&self) -> bool {
        self.is_component() || self.folder().starts_with("crates/")
    }

    /// What its own code uses, tests left out.
    pub fn uses(&self) -> impl Iterator<Item = &str> {
        self.dependencies
            .iter()
            .filter(|used| used.kind.as_deref() != Some("dev"))
            .map(|used| used.name.as_str())
    }
}

/// The project's root.
pub fn root() -> PathBuf {
    // As cargo says when the tests run: a target directory that is shared by two clones may hold the other's build.
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&here)
        .ancestors()
        .nth(2)
        .expect("tests/house lies two folders below the root")
        .to_owned()
}

/// The packages of the workspace.
pub fn packages() -> Vec<Package> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Metadata = serde_json::from_slice(&output.stdout).expect("cargo metadata gives JSON");
    metadata.packages
}

/// One text file of the project.
pub struct Source {
    /// Relative to the root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Every text file that git tracks or would track.
pub fn sources() -> Vec<Source> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs: the rules look at tracked files");
    assert!(
        output.status.success(),
        "run the tests in a git clone: the rules look at tracked files"
    );
    let names = String::from_utf8(output.stdout).expect("paths are UTF-8");
    names
        .split_terminator('\0')
        .filter_map(|path| {
            let text = std::fs::read_to_string(root().join(path)).ok()?;
            Some(Source {
                path: path.to_owned(),
                text,
            })
        })
        .collect()
}

/// The Rust sources of crates and components, integration tests left out.
pub fn request_sources() -> Vec<Source> {
    let is_request = |path: &str| {
        let tests = path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/");
        (path.starts_with("crates/") || path.starts_with("components/")) && path.ends_with(".rs") && !tests
    };
    sources()
        .into_iter()
        .filter(|source| is_request(&source.path))
        .collect()
}

impl Source {
    /// The crate's or component's name, for a path like `crates/<name>/…`.
    pub fn room(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// The lines that end up in the product, with their numbers: neither comments nor what follows `#[cfg(test)]`.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// `path:line` of every product line in which one of the words stands.
    pub fn find(&self, words: &[&str]) -> Vec<String> {
        self.product_lines()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

/// Reads a TOML file of the project; an empty table where it does not exist yet.
pub fn toml(path: &str) -> toml::Table {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    text.parse()
        .unwrap_or_else(|error| panic!("{path} is not TOML: {error}"))
}

/// Fails with all findings at once and what to do about them.
pub fn expect_none(found: Vec<String>, advice: &str) {
    assert!(found.is_empty(), "{advice}\n  {}", found.join("\n  "));
}
