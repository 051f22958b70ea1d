//! Who judges what.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The oldest Kubernetes whose schemas the manifests must fit.
const KUBERNETES: &str = "1.31";

/// A tool and the files that it judges.
pub struct Tool {
    /// What it looks after.
    pub name: &'static str,
    /// Its program.
    pub program: &'static str,
    /// Arguments before the file.
    pub before: &'static [&'static str],
    /// Arguments behind it.
    pub after: &'static [&'static str],
    /// The exit codes that mean no; others mean that the tool itself failed.
    pub refuses: &'static [i32],
    /// Folders of the project with the end of the names that are judged; each has at least one.
    files: &'static [(&'static str, &'static str)],
    /// The file in `tests/audit/broken` that it must refuse.
    broken: &'static str,
}

const WORKFLOWS: &[(&str, &str)] = &[(".github/workflows", ".yml")];

/// Everybody who judges.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "workflows: actionlint",
        program: "actionlint",
        before: &["-no-color"],
        after: &[],
        refuses: &[1],
        files: WORKFLOWS,
        broken: "workflow.yml",
    },
    Tool {
        name: "workflows: schema",
        program: "check-jsonschema",
        before: &["--builtin-schema", "vendor.github-workflows"],
        after: &[],
        refuses: &[1],
        files: WORKFLOWS,
        broken: "workflow.yml",
    },
    Tool {
        name: "workflows: every job has an end",
        program: "check-jsonschema",
        before: &["--builtin-schema", "custom.github-workflows-require-timeout"],
        after: &[],
        refuses: &[1],
        files: WORKFLOWS,
        broken: "endless.yml",
    },
    Tool {
        name: "services: schema of Compose",
        program: "check-jsonschema",
        before: &["--builtin-schema", "vendor.compose-spec"],
        after: &[],
        refuses: &[1],
        files: &[(".", "docker-compose.dev.yml")],
        broken: "compose.yml",
    },
    Tool {
        name: "clusters: schemas of Kubernetes",
        program: "kubernetes-validate",
        before: &["--strict", "--kubernetes-version", KUBERNETES],
        after: &[],
        refuses: &[1],
        files: &[("deploy/spinkube", ".yaml")],
        broken: "cluster.yaml",
    },
    Tool {
        name: "scripts: shellcheck",
        program: "shellcheck",
        before: &[],
        after: &[],
        refuses: &[1],
        files: &[(".ci", "run"), ("deploy/spinkube", "release")],
        broken: "script",
    },
    Tool {
        name: "dependencies: licences, bans, sources",
        program: "cargo-deny",
        before: &["--config"],
        after: &["check", "licenses", "bans", "sources"],
        // A bit for each of the three.
        refuses: &[2, 4, 6, 8, 10, 12, 14],
        files: &[(".", "deny.toml")],
        broken: "deny.toml",
    },
];

impl Tool {
    /// What it judges, relative to the root, and whether it must accept it.
    pub fn cases(&self, root: &Path) -> Result<Vec<(String, bool)>> {
        let mut cases = Vec::new();
        for (folder, end) in self.files {
            let names = names(root, folder, end)?;
            cases.extend(names.into_iter().map(|name| (name, true)));
        }
        cases.push((format!("tests/audit/broken/{}", self.broken), false));
        Ok(cases)
    }
}

fn names(root: &Path, folder: &str, end: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(folder)).with_context(|| format!("cannot read {folder}"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(end) {
            names.push(match folder {
                "." => name,
                _ => format!("{folder}/{name}"),
            });
        }
    }
    if names.is_empty() {
        bail!("no file in {folder} ends with {end}");
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_something_to_accept_and_something_to_refuse() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for tool in TOOLS {
            let cases = tool.cases(root).unwrap();
            assert!(cases.iter().any(|(_, is_good)| *is_good), "{}", tool.name);
            assert!(
                cases.iter().all(|(file, _)| root.join(file).is_file()),
                "{cases:?}"
            );
        }
        assert!(names(root, "deploy", ".none").is_err());
    }
}
