//! `start`: how large each component is, how long the app takes to start, and how long the first request of an instance takes. An
//! instance without requests ends after a second, so a request after a longer pause meets a new one.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::Settings;
use super::report::Table;
use super::rounds::median;
use crate::app::{self, App, Launch};
use crate::term;
use crate::workspace::Workspace;

/// Longer than an instance lives without requests.
const PAUSE: Duration = Duration::from_millis(1_300);
/// The largest that a component is to be, in kilobytes.
const LARGEST: f64 = 900.0;
/// The longest that a first request is to take, in milliseconds.
const LONGEST: f64 = 10.0;

/// A cheap request of each component, with the answer that is right; the last says whether it needs a token.
const REQUESTS: [(&str, &str, u16, bool); 9] = [
    ("affordability", "/api/v1/reality-checks", 200, true),
    ("analysis", "/internal/analyses/none", 404, false),
    ("auth", "/api/v1/auth/rate-limit", 200, true),
    ("contracts", "/api/v1/contracts", 200, true),
    ("health", "/health/live", 200, false),
    ("mail", "/internal/outbox/none", 404, false),
    ("maintenance", "/internal/maintenance/none", 404, false),
    (
        "progress",
        "/api/v1/progress/01890000-0000-7000-8000-000000000000",
        404,
        true,
    ),
    ("signals", "/api/v1/signals/mine", 200, true),
];

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let start = |launch| -> Result<(App, Duration)> {
        let begin = Instant::now();
        Ok((App::start(workspace, launch)?, begin.elapsed()))
    };
    let launch = || -> Result<Launch<'_>> {
        Ok(Launch {
            cores: Some(settings.cores),
            ..Launch::new("bench", settings.profile)?
        })
    };
    // The first start may compile; the second finds everything built, loaded into the page cache and compiled.
    let (mut app, _) = start(launch()?)?;
    app.end();
    let (mut app, started) = start(Launch {
        profile: None,
        ..launch()?
    })?;
    let rows = first_requests(&app, settings.pace.rounds)?;
    app.end();
    let mut page = settings.page("start", &app.title);
    page.note(format!(
        "from the command to the first answer, compiled code cached, migrations and sample data included: {:.1} s",
        started.as_secs_f64()
    ));
    page.tables.push(Table {
        title: format!("First request of an instance (wanted: at most {LONGEST:.0} ms)"),
        rows,
    });
    page.tables.push(Table {
        title: format!("Sizes (wanted: at most {LARGEST:.0} kB)"),
        rows: sizes(workspace)?,
    });
    page.publish(workspace)
}

fn first_requests(app: &App, rounds: usize) -> Result<Vec<Vec<String>>> {
    let (token, _) = app.prepare()?;
    let agent = app::agent();
    let ask = |path: &str, status: u16, signed_in: bool| -> Result<f64> {
        let mut request = agent.get(format!("http://{}{path}", app.address));
        if signed_in {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let begin = Instant::now();
        let mut answer = request.call()?;
        answer.body_mut().read_to_vec()?;
        let time = begin.elapsed().as_secs_f64() * 1e3;
        ensure!(
            answer.status() == status,
            "{path} answered {}: the measurement is void",
            answer.status()
        );
        Ok(time)
    };
    let mut times = vec![(Vec::new(), Vec::new()); REQUESTS.len()];
    for round in 0..=rounds {
        term::note(format_args!(
            "first requests, round {round} of {rounds} (round 0 warms up)"
        ));
        std::thread::sleep(PAUSE);
        for ((_, path, status, signed_in), (first, second)) in REQUESTS.iter().zip(&mut times) {
            let pair = (ask(path, *status, *signed_in)?, ask(path, *status, *signed_in)?);
            if round > 0 {
                first.push(pair.0);
                second.push(pair.1);
            }
        }
    }
    let mut rows = vec![term::row([
        "component",
        "first request",
        "second request",
        "goal",
    ])];
    for ((name, ..), (first, second)) in REQUESTS.iter().zip(times) {
        let (first, second) = (median(first), median(second));
        let verdict = if first <= LONGEST { "met" } else { "missed" };
        rows.push(term::row([
            name,
            &format!("{first:.2} ms"),
            &format!("{second:.2} ms"),
            verdict,
        ]));
    }
    Ok(rows)
}

fn sizes(workspace: &Workspace) -> Result<Vec<Vec<String>>> {
    let mut rows = vec![term::row(["component", "size", "goal"])];
    for package in workspace.components() {
        let name = package.folder_name();
        let file = workspace.root.join(format!("target/components/{name}.wasm"));
        let size = std::fs::metadata(&file)?.len() as f64 / 1e3;
        let verdict = if size <= LARGEST { "met" } else { "missed" };
        rows.push(term::row([&name, &format!("{size:.0} kB"), verdict]));
    }
    Ok(rows)
}
