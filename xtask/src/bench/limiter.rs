//! `limiter`: whether a limit lets through exactly as many as it says while 64 connections push at once (GUARD-4). A lost update of the counter would let
//! more through.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use super::Settings;
use super::load::{self, Generator, Plan, Report, Stream};
use super::report::Table;
use super::rig::Rig;
use crate::app::Launch;
use crate::term;
use crate::workspace::Workspace;

/// The limit per minute.
const LIMIT: u64 = 2_000;
/// Who pushes.
const CONNECTIONS: usize = 64;
/// How many requests push, more than are let through.
const PUSHED: u64 = 3 * LIMIT;
/// The window of the limiter, in seconds.
const WINDOW: u64 = 60;

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let limits =
        format!("anonymous=1000000,sign_in=1000000,free={LIMIT},premium=1000000,admin=1000000,chat=1000000");
    let launch = Launch {
        variables: vec![("rate_limits", limits)],
        ..Launch::new("bench", settings.profile)?
    };
    let mut rig = Rig::start(workspace, launch, settings.cores)?;
    // In a window in which nothing was asked, and neither in the one before: the sliding limit is the plain one then.
    wait_for_window(2)?;
    let pushed = push(&rig, settings, &generator, CONNECTIONS, PUSHED)?;
    // Whoever was refused while others were given back may have been refused too early; one after another nobody is.
    let rest = push(&rig, settings, &generator, 1, LIMIT / 4)?;
    rig.app.end();
    let granted = |report: &Report| {
        let outcome = report.streams.first();
        outcome
            .and_then(|outcome| outcome.statuses.get(&200))
            .copied()
            .unwrap_or(0)
    };
    let (at_once, after) = (granted(&pushed), granted(&rest));
    let mut page = settings.page("limiter", &rig.app.title);
    page.notes.truncate(1);
    page.tables.push(Table {
        title: format!("{PUSHED} requests on {CONNECTIONS} connections against a limit of {LIMIT} a minute"),
        rows: vec![
            term::row(["", "requests"]),
            term::row(["let through at once", &at_once.to_string()]),
            term::row(["let through one after another, after that", &after.to_string()]),
            term::row(["limit", &LIMIT.to_string()]),
            term::row([
                "too many (lost updates)",
                &(at_once + after).saturating_sub(LIMIT).to_string(),
            ]),
            term::row(["too few", &LIMIT.saturating_sub(at_once + after).to_string()]),
        ],
    });
    page.publish(workspace)?;
    ensure!(
        at_once + after <= LIMIT,
        "the limiter let {} through instead of {LIMIT}",
        at_once + after
    );
    Ok(())
}

fn push(
    rig: &Rig,
    settings: &Settings,
    generator: &Generator,
    connections: usize,
    most: u64,
) -> Result<Report> {
    let bearer = format!("Bearer {}", rig.token);
    let stream = Stream {
        connections,
        most: Some(most),
        statuses: vec![200, 429],
        ..rig.stream(
            settings,
            load::get("/api/v1/auth/rate-limit", &[("authorization", &bearer)]),
        )
    };
    let plan = Plan {
        millis: 20_000,
        streams: vec![stream],
    };
    let report = generator.run(&plan)?;
    match &report.void {
        Some(reason) => anyhow::bail!("the measurement is void: {reason}"),
        None => Ok(report),
    }
}

/// Waits for the beginning of the window after so many more: whatever was asked before counts no more then.
fn wait_for_window(windows: u64) -> Result<()> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    let seconds = windows * WINDOW - now.as_secs() % WINDOW;
    term::note(format_args!(
        "waiting {seconds} s for a window in which nobody has asked"
    ));
    std::thread::sleep(Duration::from_secs(seconds) + Duration::from_millis(200));
    Ok(())
}
