//! `cargo xtask interop`: strict OAuth 2.0 and OpenID Connect software of others meets the app over HTTP: clients that read every
//! rule (Node's `oauth4webapi`, Python's `authlib` and `joserfc`) and authorization servers in the place of the providers
//! (`oidc-provider`, `oauth2-mock-server`). The scripts lie in `tests/interop`; what they need is installed in the target directory.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::app::{self, App, Launch};
use crate::components::Profile;
use crate::packages::{self, Node, Python};
use crate::process::{self, Group};
use crate::workspace::Workspace;
use crate::{admin, sample, term};

/// What `cargo xtask interop` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Run only scripts whose name contains this: clients.mjs, providers.mjs, clients.py
    filter: Option<String>,
}

/// Longer than a script takes on a slow machine.
const SCRIPT: Duration = Duration::from_secs(120);

/// The programs that run the scripts.
struct Tools {
    node: Node,
    python: Python,
}

/// One case, as a script printed it.
struct Case {
    script: &'static str,
    passed: bool,
    /// Its name; behind a colon why it failed.
    name: String,
}

/// Why this cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing() -> Option<String> {
    Tools::find().err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask interop`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let tools = Tools::find()?;
    let folder = packages::install(workspace, "interop", Some(&tools.node), &tools.python)?;
    let (address, stand_in) = (app::free_address()?, app::free_address()?);
    let provider = |name: &str| format!("{name}-client:{name}-secret");
    let launch = Launch {
        address,
        variables: vec![
            ("environment", "development".to_owned()),
            ("public_url", format!("http://{address}")),
            ("oauth_google", provider("google")),
            ("oauth_kakao", provider("kakao")),
            ("oauth_stand_in", format!("http://{stand_in}")),
        ],
        ..Launch::new("interop/app", Some(Profile::Development))?
    };
    let mut app = App::start(workspace, launch)?;
    admin::grant(workspace, &app.database, sample::ADMIN)?;
    let settings = [
        ("REALCARE_URL", format!("http://{address}")),
        ("REALCARE_STAND_IN", format!("http://{stand_in}")),
        ("REALCARE_AUDIENCE", "realcare".to_owned()),
        ("REALCARE_EMAIL", sample::PERSON.to_owned()),
        ("REALCARE_ADMIN_EMAIL", sample::ADMIN.to_owned()),
        ("REALCARE_PASSWORD", sample::PASSWORD.to_owned()),
    ];
    let mut cases = Vec::new();
    for (script, program) in [
        ("clients.mjs", &tools.node.node),
        ("providers.mjs", &tools.node.node),
        ("clients.py", &folder.join("venv/bin/python")),
    ] {
        if args.filter.as_deref().is_none_or(|part| script.contains(part)) {
            cases.extend(play(&folder, script, program, &settings)?);
        }
    }
    app.end();
    show(&cases)
}

impl Tools {
    fn find() -> Result<Self> {
        Ok(Self {
            node: Node::find()?,
            python: Python::find()?,
        })
    }
}

/// Runs a script and reads its cases.
fn play(
    folder: &Path,
    script: &'static str,
    program: &Path,
    settings: &[(&str, String)],
) -> Result<Vec<Case>> {
    term::step(script);
    let output = folder.join(format!("{script}.out"));
    let file = fs::File::create(&output)?;
    let mut command = process::tied(program);
    command
        .arg(script)
        .current_dir(folder)
        .envs(settings.iter().cloned())
        .stdout(file.try_clone()?)
        .stderr(file);
    let mut group = Group::start(&mut command)?;
    let end = Instant::now() + SCRIPT;
    let status = loop {
        match group.exited()? {
            Some(status) => break Some(status),
            None if Instant::now() > end || process::stopped() => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let text = fs::read_to_string(&output)?;
    let mut cases: Vec<Case> = text.lines().filter_map(|line| Case::read(script, line)).collect();
    let failed = cases.iter().any(|case| !case.passed);
    // A script that broke off has not printed its counts.
    let whole = text.lines().any(|line| line.ends_with(" failed"));
    if !whole || status.is_none_or(|status| status.success() == failed) {
        let last = text.lines().rev().find(|line| !line.trim().is_empty());
        cases.push(Case {
            script,
            passed: false,
            name: format!(
                "runs to its end: {} (all of it: {})",
                last.unwrap_or("it printed nothing"),
                output.display()
            ),
        });
    }
    Ok(cases)
}

impl Case {
    fn read(script: &'static str, line: &str) -> Option<Self> {
        let (passed, name) = match line.strip_prefix("ok ") {
            Some(name) => (true, name),
            None => (false, line.strip_prefix("FAILED ")?),
        };
        let name = name.to_owned();
        Some(Self { script, passed, name })
    }
}

fn show(cases: &[Case]) -> Result<()> {
    let mut rows = vec![term::row(["script", "result", "case"])];
    for case in cases {
        let result = if case.passed { "ok" } else { "FAILED" };
        rows.push(vec![case.script.to_owned(), result.to_owned(), case.name.clone()]);
    }
    println!();
    term::table(&rows);
    let failed = cases.iter().filter(|case| !case.passed).count();
    println!("\n{} passed, {failed} failed", cases.len() - failed);
    if failed > 0 {
        bail!("{failed} of {} cases failed", cases.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_from_lines() {
        let good = Case::read("a.mjs", "ok refresh: a new pair").unwrap();
        assert!(good.passed && good.name == "refresh: a new pair");
        let bad = Case::read("a.mjs", "FAILED refresh: a new pair: Error").unwrap();
        assert!(!bad.passed);
        assert!(Case::read("a.mjs", "3 passed, 0 failed").is_none());
    }
}
