//! `cargo xtask audit`: tools of others, who know the formats, judge what no compiler reads: workflows (`actionlint` and GitHub's schema), the
//! developer's services (the schema of Compose), manifests of clusters (the schemas of Kubernetes), scripts (`shellcheck`), licences and
//! origins of dependencies (`cargo-deny`) (OPS-4, OPS-5). Known vulnerabilities are asked for in `.github/workflows/ci.yml`, because their list lies
//! on a server. The files of `tests/audit/broken` must be refused, so that a tool which accepts everything is noticed.
//! No package has a schema of `SpinApp`; `tests/house` compares that one with `spin.toml`.

mod tools;

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::packages::{self, Python};
use crate::term;
use crate::workspace::Workspace;
use tools::{TOOLS, Tool};

/// Why this cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing() -> Option<String> {
    Python::find().err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask audit`.
pub fn run(workspace: &Workspace) -> Result<()> {
    let folder = packages::install(workspace, "audit", None, Some(&Python::find()?))?;
    let programs = folder.join("venv/bin");
    let mut rows = vec![term::row(["what", "file", "result"])];
    let mut failed = 0_usize;
    for tool in TOOLS {
        term::step(tool.name);
        for (file, is_good) in tool.cases(&workspace.root)? {
            let refusal = judge(tool, &workspace.root, &programs, &file)?;
            let (passed, result) = match (is_good, &refusal) {
                (true, None) => (true, "ok"),
                (false, Some(_)) => (true, "refused, as it must be"),
                (true, Some(_)) => (false, "REFUSED"),
                (false, None) => (false, "ACCEPTED, though it is broken"),
            };
            if !passed {
                failed += 1;
                eprintln!("{}", refusal.unwrap_or_default());
            }
            rows.push(term::row([tool.name, &file, result]));
        }
    }
    println!();
    term::table(&rows);
    println!("\n{} passed, {failed} failed", rows.len() - 1 - failed);
    if failed > 0 {
        bail!("{failed} files were not judged as they should be; the reasons stand above");
    }
    Ok(())
}

/// What a tool says against a file, if it refuses it.
fn judge(tool: &Tool, root: &Path, programs: &Path, file: &str) -> Result<Option<String>> {
    // Some of them run each other.
    let mut path = vec![programs.to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let output = Command::new(programs.join(tool.program))
        .args(tool.before)
        .arg(file)
        .args(tool.after)
        .current_dir(root)
        .env("PATH", std::env::join_paths(path)?)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", tool.program))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    match output.status.code() {
        Some(0) => Ok(None),
        Some(code) if tool.refuses.contains(&code) => Ok(Some(said)),
        _ => bail!("{} broke off ({}): {said}", tool.program, output.status),
    }
}
