//! `cargo xtask bench`: how fast the app answers, as a table. Rounds of the scenarios alternate, so that what else happens on
//! the machine meets all of them alike; the first scenario is the measure of the others.

pub mod cpu;
mod durability;
mod enumeration;
mod rows;
mod sign_in;
mod times;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::app::{self, App, Launch};
use crate::components::Profile;
use crate::sample;
use crate::term;
use crate::workspace::Workspace;

/// What `cargo xtask bench` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds of one round of one scenario
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds; the table shows the median round
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Measure searches among so many signals instead, natively, as a ratio to a thousand
    #[arg(long)]
    rows: Option<usize>,
    /// Measure instead whether known and unknown addresses can be told apart by the time of so many answers each
    #[arg(long)]
    enumeration: Option<usize>,
    /// Measure instead what a sign-in costs: so many hashes of each kind in Wasm and natively, then reads beside sign-ins
    #[arg(long)]
    sign_in: Option<usize>,
    /// Measure instead what it costs that a write survives: so many writes of each kind under each setting of each store
    #[arg(long)]
    durability: Option<usize>,
    /// Build the components as deployed
    #[arg(long)]
    release: bool,
    /// Build nothing: measure the components that lie in target/components
    #[arg(long, conflicts_with = "release")]
    as_built: bool,
}

impl Args {
    fn profile(&self) -> Option<Profile> {
        (!self.as_built).then(|| Profile::from_flag(self.release))
    }
}

/// One thing that is asked for again and again.
#[derive(Clone)]
struct Scenario {
    name: &'static str,
    path: String,
    authorization: Option<String>,
    /// What `Accept-Encoding` says.
    coding: &'static str,
    /// JSON to post, which is answered by 201; without it, a read that is answered by 200.
    body: Option<String>,
}

/// What one round showed.
#[derive(Clone, Copy)]
struct Round {
    per_second: f64,
    /// The server's processor time per request.
    cpu: Duration,
    p50: Duration,
    p99: Duration,
}

/// Runs `cargo xtask bench`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if let Some(rows) = args.rows {
        return rows::run(workspace, rows);
    }
    if let Some(count) = args.enumeration {
        return enumeration::run(workspace, args.profile(), count);
    }
    if let Some(count) = args.sign_in {
        return sign_in::run(workspace, args.profile(), count);
    }
    if let Some(writes) = args.durability {
        return durability::run(workspace, writes);
    }
    let launch = Launch {
        folder: "bench",
        profile: args.profile(),
        address: app::free_address()?,
        variables: Vec::new(),
    };
    let mut app = App::start(workspace, launch)?;
    let scenarios = scenarios(&app)?;
    let mut rounds: Vec<Vec<Round>> = scenarios.iter().map(|_| Vec::new()).collect();
    for number in 0..=args.rounds {
        term::note(format_args!(
            "round {number} of {} (round 0 warms up)",
            args.rounds
        ));
        for (scenario, rounds) in scenarios.iter().zip(&mut rounds) {
            let round = measure(&app, scenario, args)?;
            if number > 0 {
                rounds.push(round);
            }
        }
    }
    app.end();
    println!(
        "\non {}, {} connections, median of {} rounds\n",
        app.title, args.connections, args.rounds
    );
    show(&scenarios, &mut rounds);
    Ok(())
}

fn scenarios(app: &App) -> Result<Vec<Scenario>> {
    let (token, signal) = app.prepare()?;
    let progress = app.begin_analysis(&token)?;
    let scenario = |name, path: &str, authorization, coding| Scenario {
        name,
        path: path.to_owned(),
        authorization,
        coding,
        body: None,
    };
    let bearer = || Some(format!("Bearer {token}"));
    let (one, list) = (format!("/api/v1/signals/{signal}"), "/api/v1/signals?limit=20");
    Ok(vec![
        scenario("GET /health/live", "/health/live", None, "identity"),
        scenario(
            "GET /auth/rate-limit",
            "/api/v1/auth/rate-limit",
            bearer(),
            "identity",
        ),
        scenario("GET /signals/{id}", &one, bearer(), "identity"),
        scenario("GET /signals (20)", list, bearer(), "identity"),
        scenario("GET /signals (20), gzip", list, bearer(), "gzip"),
        scenario("GET /signals (20), br", list, bearer(), "br"),
        scenario("GET /progress/{id}", &progress, bearer(), "identity"),
        Scenario {
            body: Some(sample::signal().to_string()),
            ..scenario("POST /signals", "/api/v1/signals", bearer(), "identity")
        },
    ])
}

fn measure(app: &App, scenario: &Scenario, args: &Args) -> Result<Round> {
    let url = format!("http://{}{}", app.address, scenario.path);
    let length = Duration::from_secs(args.seconds);
    let before = app.cpu()?;
    let start = Instant::now();
    let workers: Vec<_> = (0..args.connections)
        .map(|_| {
            let (url, scenario) = (url.clone(), scenario.clone());
            std::thread::spawn(move || ask(&url, &scenario, start, length))
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(
            worker
                .join()
                .ok()
                .context("a worker of the benchmark panicked")??,
        );
    }
    let used = app.cpu()?.saturating_sub(before);
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get((times.len() * share / 100).min(times.len().saturating_sub(1)))
            .copied()
    };
    Ok(Round {
        per_second: times.len() as f64 / length.as_secs_f64(),
        cpu: used / u32::try_from(times.len()).unwrap_or(u32::MAX).max(1),
        p50: at(50).context("no request was answered")?,
        p99: at(99).context("no request was answered")?,
    })
}

/// One connection: the next request leaves when the answer to the last one is there. A wrong answer voids the run.
fn ask(url: &str, scenario: &Scenario, start: Instant, length: Duration) -> Result<Vec<Duration>> {
    let agent = app::agent();
    let authorization = scenario.authorization.as_deref();
    let expected = if scenario.body.is_some() { 201 } else { 200 };
    let mut times = Vec::new();
    while start.elapsed() < length {
        let before = Instant::now();
        let answer = match &scenario.body {
            None => {
                let request = agent.get(url).header("accept-encoding", scenario.coding);
                let request = match authorization {
                    Some(value) => request.header("authorization", value),
                    None => request,
                };
                request.call()
            }
            Some(body) => {
                let request = agent.post(url).header("content-type", "application/json");
                let request = match authorization {
                    Some(value) => request.header("authorization", value),
                    None => request,
                };
                request.send(body)
            }
        };
        let mut answer = answer.context("a request failed")?;
        answer.body_mut().read_to_vec().context("a body broke off")?;
        times.push(before.elapsed());
        if answer.status() != expected {
            bail!("{url} answered {}: the benchmark is void", answer.status());
        }
    }
    Ok(times)
}

fn show(scenarios: &[Scenario], rounds: &mut [Vec<Round>]) {
    let mut rows = vec![term::row([
        "scenario", "req/s", "ratio", "CPU", "ratio", "p50", "p99",
    ])];
    let mut first = None;
    for (scenario, rounds) in scenarios.iter().zip(rounds) {
        rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        let Some(median) = rounds.get(rounds.len() / 2) else {
            continue;
        };
        let base = *first.get_or_insert(*median);
        rows.push(vec![
            scenario.name.to_owned(),
            format!("{:.0}", median.per_second),
            format!("{:.2}", median.per_second / base.per_second),
            format!("{} us", median.cpu.as_micros()),
            format!("{:.2}", median.cpu.as_secs_f64() / base.cpu.as_secs_f64()),
            format!("{:.2} ms", median.p50.as_secs_f64() * 1e3),
            format!("{:.2} ms", median.p99.as_secs_f64() * 1e3),
        ]);
    }
    term::table(&rows);
}
