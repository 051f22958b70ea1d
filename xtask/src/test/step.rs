//! One step of a test run: its output goes to a log, is shown if it fails, and its tests are counted.

use std::fs;
use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, Group};
use crate::term;
use crate::workspace::Workspace;

/// How a step ended.
pub struct Outcome {
    /// What it checks.
    pub name: String,
    /// Tests that passed; a step without tests counts as one.
    pub passed: usize,
    /// Tests that failed, at least one if the step failed.
    pub failed: usize,
    note: String,
    time: Duration,
}

impl Outcome {
    /// A step that could not be run although it should have been.
    pub fn failure(name: &str, error: &anyhow::Error) -> Self {
        term::failure(&error.context_name(name));
        Self {
            name: name.to_owned(),
            passed: 0,
            failed: 1,
            note: "failed".into(),
            time: Duration::ZERO,
        }
    }

    /// A step that has nothing to do, and why.
    pub fn skipped(name: &str, reason: &str) -> Self {
        Self {
            name: name.to_owned(),
            passed: 0,
            failed: 0,
            note: format!("skipped: {reason}"),
            time: Duration::ZERO,
        }
    }

    /// Its row in the closing table.
    pub fn row(&self) -> Vec<String> {
        vec![self.name.clone(), self.note.clone(), term::seconds(self.time)]
    }
}

/// Names the step in a message without losing the cause.
trait ContextName {
    fn context_name(&self, name: &str) -> anyhow::Error;
}

impl ContextName for anyhow::Error {
    fn context_name(&self, name: &str) -> anyhow::Error {
        anyhow::anyhow!("{name}: {self:#}")
    }
}

/// Runs one program as a step.
pub fn run(workspace: &Workspace, name: &str, command: &mut Command) -> Result<Outcome> {
    let folder = workspace.target.join("xtask-test");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let log = folder.join(format!("{}.log", name.replace([' ', '(', ')', ';', ','], "-")));
    let file = fs::File::create(&log)?;
    command
        .current_dir(&workspace.root)
        .stdout(file.try_clone()?)
        .stderr(Stdio::from(file));
    term::step(name);
    let start = Instant::now();
    let succeeded = watch(command, &log, start)?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let time = start.elapsed();
    let (passed, failed) = match (counts(&text), succeeded) {
        (Some((passed, failed)), true) => (passed, failed),
        (Some((passed, failed)), false) => (passed, failed.max(1)),
        (None, true) => (1, 0),
        (None, false) => (0, 1),
    };
    if !succeeded {
        eprintln!("{text}");
    }
    let note = match (counts(&text), succeeded) {
        (Some(_), true) => format!("{passed} passed"),
        (Some(_), false) => format!("{failed} failed"),
        (None, true) => "ok".to_owned(),
        (None, false) => "failed".to_owned(),
    };
    term::note(format_args!("{note} in {}", term::seconds(time)));
    Ok(Outcome {
        name: name.to_owned(),
        passed,
        failed,
        note,
        time,
    })
}

/// Runs a step that is a function of this program.
pub fn call(name: &str, work: impl FnOnce() -> Result<()>) -> Outcome {
    let start = Instant::now();
    match work() {
        Ok(()) => Outcome {
            name: name.to_owned(),
            passed: 1,
            failed: 0,
            note: "ok".into(),
            time: start.elapsed(),
        },
        Err(error) => Outcome {
            time: start.elapsed(),
            ..Outcome::failure(name, &error)
        },
    }
}

/// Waits for the program; on a terminal the last line of its output shows that it lives.
fn watch(command: &mut Command, log: &std::path::Path, start: Instant) -> Result<bool> {
    let mut group = Group::start(command)?;
    let terminal = std::io::stderr().is_terminal();
    let mut ticks: u32 = 0;
    loop {
        if let Some(status) = group.exited()? {
            clear(terminal);
            return Ok(status.success());
        }
        if process::stopped() {
            bail!("stopped");
        }
        if terminal && ticks.is_multiple_of(10) {
            show_progress(log, start);
        }
        ticks += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn show_progress(log: &std::path::Path, start: Instant) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line: String = text
        .lines()
        .next_back()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(80)
        .collect();
    eprint!("\r\x1b[K    {:>4} s  {line}", start.elapsed().as_secs());
    let _ = std::io::stderr().flush();
}

fn clear(terminal: bool) {
    if terminal {
        eprint!("\r\x1b[K");
    }
}

/// The counts in nextest's `Summary` line, in the `test result:` lines of plain cargo test or in a plain `N passed, N
/// failed`.
fn counts(text: &str) -> Option<(usize, usize)> {
    let before = |line: &str, word: &str| -> usize {
        let words: Vec<&str> = line
            .split([' ', ',', ';'])
            .filter(|part| !part.is_empty())
            .collect();
        let found = words
            .windows(2)
            .find(|pair| pair[1] == word)
            .and_then(|pair| pair[0].parse().ok());
        found.unwrap_or(0)
    };
    let mut lines = text.lines().filter(|line| is_count(line)).peekable();
    lines.peek()?;
    let total = lines.fold((0, 0), |(passed, failed), line| {
        (
            passed + before(line, "passed"),
            failed + before(line, "failed") + before(line, "exec") + before(line, "timed"),
        )
    });
    Some(total)
}

fn is_count(line: &str) -> bool {
    let plain = || {
        let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
        let number = |word: Option<&str>| word.is_some_and(|word| word.parse::<usize>().is_ok());
        number(words.next())
            && words.next() == Some("passed")
            && number(words.next())
            && words.next() == Some("failed")
    };
    line.trim_start().starts_with("Summary [") || line.starts_with("test result:") || plain()
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn counts_what_nextest_and_cargo_print() {
        let text = "     Summary [   0.011s] 5 tests run: 3 passed, 1 failed, 1 timed out, 2 skipped\n";
        assert_eq!(counts(text), Some((3, 2)));
        let text = "test result: ok. 2 passed; 0 failed; 0 ignored;\ntest result: ok. 1 passed; 0 failed;\n";
        assert_eq!(counts(text), Some((3, 0)));
        assert_eq!(
            counts("26 passed, 1 failed, 1 skipped (on the host)\n"),
            Some((26, 1))
        );
        assert_eq!(counts("Finished"), None);
    }
}
