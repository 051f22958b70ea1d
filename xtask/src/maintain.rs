//! `cargo xtask maintain`: has a running app maintain itself until nothing is left (OPS-7), and says what was done.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::workspace::Workspace;
use crate::{secrets, term};

/// The variable with the key of the internal routes.
const KEY: &str = "internal_key";

/// What `cargo xtask maintain` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Where the app answers; the key comes from SPIN_VARIABLE_INTERNAL_KEY or from .env
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    url: String,
    /// The most runs; each is bounded
    #[arg(long, value_name = "N", default_value_t = 1000)]
    runs: u32,
}

/// What a run answers.
#[derive(Deserialize)]
struct Report {
    tasks: Vec<Task>,
    more: bool,
}

#[derive(Deserialize)]
struct Task {
    task: String,
    done: u64,
    failed: bool,
}

/// What all runs together came to, by task.
#[derive(Default)]
struct Sums {
    done: BTreeMap<String, u64>,
    failed: BTreeMap<String, bool>,
    order: Vec<String>,
}

impl Sums {
    fn add(&mut self, report: &Report) {
        for task in &report.tasks {
            if !self.order.contains(&task.task) {
                self.order.push(task.task.clone());
            }
            *self.done.entry(task.task.clone()).or_default() += task.done;
            // What failed once and then worked is done.
            self.failed.insert(task.task.clone(), task.failed);
        }
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = vec![term::row(["task", "done", "state"])];
        rows.extend(self.order.iter().map(|task| {
            let state = if self.has_failed(task) {
                "failed, see the log"
            } else {
                ""
            };
            let done = self.done.get(task).copied().unwrap_or_default();
            vec![task.clone(), done.to_string(), state.to_owned()]
        }));
        rows
    }

    fn has_failed(&self, task: &str) -> bool {
        self.failed.get(task).copied().unwrap_or_default()
    }
}

/// Runs `cargo xtask maintain`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let key = key(workspace)?;
    let (sums, runs, more) = until_done(args, || ask(&args.url, &key))?;
    term::table(&sums.rows());
    term::note(format_args!("{runs} run(s)"));
    ensure!(
        !sums.order.iter().any(|task| sums.has_failed(task)),
        "some tasks failed"
    );
    ensure!(!more, "something is left after {runs} runs: call it again");
    Ok(())
}

fn until_done(args: &Args, mut ask: impl FnMut() -> Result<Report>) -> Result<(Sums, u32, bool)> {
    let (mut sums, mut runs, mut more) = (Sums::default(), 0, true);
    while more && runs < args.runs {
        let report = ask()?;
        sums.add(&report);
        (runs, more) = (runs + 1, report.more);
    }
    Ok((sums, runs, more))
}

fn key(workspace: &Workspace) -> Result<String> {
    let name = secrets::variable(KEY);
    match std::env::var(&name) {
        Ok(key) => Ok(key),
        Err(_) => secrets::ensure(&workspace.root)?
            .remove(&name)
            .with_context(|| format!("{name} is neither in the environment nor in .env")),
    }
}

fn ask(url: &str, key: &str) -> Result<Report> {
    let settings = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(120)))
        .build();
    let agent: ureq::Agent = settings.into();
    let url = format!("{}/internal/maintenance/run", url.trim_end_matches('/'));
    let mut answer = agent
        .post(&url)
        .header("authorization", &format!("Bearer {key}"))
        .send_empty()
        .with_context(|| format!("cannot reach {url}"))?;
    let text = answer.body_mut().read_to_string()?;
    match answer.status().as_u16() {
        200 => serde_json::from_str(&text).context("the app answers something else"),
        404 => bail!("{url} is not there: is this the app, and the key the app's own?"),
        status => bail!("{url} answers {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(runs: u32) -> Args {
        Args {
            url: String::new(),
            runs,
        }
    }

    fn report(text: &str) -> Report {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn it_goes_on_until_nothing_is_left_and_adds_up() {
        let mut answers = [
            r#"{"tasks": [{"task": "a", "done": 2000, "more": true, "failed": false}, {"task": "b", "done": 0, "more": false, "failed": true}], "more": true, "failed": true}"#,
            r#"{"tasks": [{"task": "a", "done": 7, "more": false, "failed": false}, {"task": "b", "done": 1, "more": false, "failed": false}], "more": false, "failed": false}"#,
        ]
        .into_iter();
        let (sums, runs, more) = until_done(&args(9), || Ok(report(answers.next().unwrap()))).unwrap();
        assert_eq!((runs, more), (2, false));
        let rows = sums.rows();
        assert_eq!(rows[1], ["a", "2007", ""]);
        assert_eq!(
            rows[2],
            ["b", "1", ""],
            "what failed once and then worked is done"
        );
    }

    #[test]
    fn it_does_not_go_on_for_ever() {
        let endless = r#"{"tasks": [{"task": "a", "done": 1, "more": true, "failed": false}], "more": true, "failed": false}"#;
        let (sums, runs, more) = until_done(&args(3), || Ok(report(endless))).unwrap();
        assert_eq!((sums.done["a"], runs, more), (3, 3, true));
    }
}
