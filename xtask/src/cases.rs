//! Scripts of other languages that test the app: each prints `ok NAME` or `FAILED NAME: REASON` for a case and at its end
//! `N passed, N failed`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::{self, Group};
use crate::term;

/// Longer than a script takes on a slow machine.
const SCRIPT: Duration = Duration::from_secs(120);

/// A script.
pub struct Script<'a> {
    /// Its file in the folder where it runs.
    pub name: &'static str,
    /// What runs it.
    pub program: &'a Path,
    /// What it finds in its environment.
    pub settings: &'a [(String, String)],
}

/// One case, as a script printed it.
pub struct Case {
    script: &'static str,
    passed: bool,
    /// Its name; behind a colon why it failed.
    name: String,
}

impl Script<'_> {
    /// Runs it in a folder and reads its cases.
    pub fn play(&self, folder: &Path) -> Result<Vec<Case>> {
        play(folder, self.name, self.program, self.settings)
    }
}

fn play(
    folder: &Path,
    script: &'static str,
    program: &Path,
    settings: &[(String, String)],
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

/// Shows the cases as a table; an error when one failed.
pub fn show(cases: &[Case]) -> Result<()> {
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
