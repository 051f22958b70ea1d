//! `cargo xtask bench`: how fast the app answers, against what is possible. Each scenario is a module; all of them measure in rounds that
//! take turns, write a table, its numbers and a picture to `bench/results/`, and say which goals are met (`docs/performance.md`).

pub mod affinity;
pub mod cpu;
mod durability;
mod endpoints;
mod enumeration;
mod floor;
mod growth;
mod limiter;
mod load;
mod native;
mod plot;
mod python;
mod recorded;
mod report;
mod rig;
mod rounds;
mod rows;
mod server;
mod settings;
mod sign_in;
mod start;
mod times;
mod token;
mod twin;

use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;

use affinity::Cores;
use report::Page;
use rounds::Pace;

use crate::components::Profile;
use crate::term;
use crate::workspace::Workspace;

/// What `cargo xtask bench` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Only these scenarios; without it, all that take minutes (see --help for each)
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// Short rounds and few of them: to see that it works, not to quote
    #[arg(long)]
    quick: bool,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds of one round of one case
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Rounds that count; a table shows their medians
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Signals in `rows` and in `growth`
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// People in `growth`
    #[arg(long, default_value_t = 20_000)]
    people: usize,
    /// Revoked sign-ins in `growth`
    #[arg(long, default_value_t = 100_000)]
    revoked: usize,
    /// Minutes of a long run in `growth`; none without it
    #[arg(long)]
    minutes: Option<u64>,
    /// The database of `rows`
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: rows::Engine,
    /// Addresses in `enumeration`
    #[arg(long, default_value_t = 400)]
    addresses: usize,
    /// Hashes of each kind in `sign-in`
    #[arg(long, default_value_t = 20)]
    hashes: usize,
    /// Writes of each kind in `durability`
    #[arg(long, default_value_t = 200)]
    writes: usize,
    /// Build the components as deployed: what is quoted is measured so
    #[arg(long)]
    release: bool,
    /// Build nothing: measure the components that lie in target/components
    #[arg(long, conflicts_with = "release")]
    as_built: bool,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Endpoints against an empty component and against the same host calls
    Floor,
    /// The component `signals` against the same crates in a native program
    Native,
    /// Two endpoints against the same in FastAPI
    Python,
    /// Tokens that were seen before, are new, forged, or revoked after they were seen
    Token,
    /// What people ask for most, in each coding
    Endpoints,
    /// Whether a limit lets through as many as it says, with 64 at once
    Limiter,
    /// What is chosen against what Spin does by itself
    Settings,
    /// Many rows, people and revocations against few; with --minutes, a long run's end against its beginning
    Growth,
    /// Sizes, and the first request of an instance of each component
    Start,
    /// Searches among many signals against a thousand, natively
    Rows,
    /// Whether the time of an answer tells if an address has an account
    Enumeration,
    /// What a sign-in costs, and reads beside sign-ins
    SignIn,
    /// What it costs that a write survives, for each setting of each store, natively
    Durability,
}

impl Scenario {
    /// What runs when nothing is said.
    const USUAL: [Self; 10] = [
        Self::Floor,
        Self::Native,
        Self::Python,
        Self::Token,
        Self::SignIn,
        Self::Endpoints,
        Self::Limiter,
        Self::Settings,
        Self::Growth,
        Self::Start,
    ];

    fn run(self, workspace: &Workspace, args: &Args, settings: &Settings) -> Result<()> {
        match self {
            Self::Floor => floor::run(workspace, settings),
            Self::Native => native::run(workspace, settings),
            Self::Python => python::run(workspace, settings),
            Self::Token => token::run(workspace, settings),
            Self::Endpoints => endpoints::run(workspace, settings),
            Self::Limiter => limiter::run(workspace, settings),
            Self::Settings => settings::run(workspace, settings),
            Self::Growth => growth::run(workspace, settings, &growth::Much::of(args)),
            Self::Start => start::run(workspace, settings),
            Self::Rows => rows::run(workspace, settings, args.engine, args.rows),
            Self::Enumeration => enumeration::run(workspace, settings.profile, args.addresses),
            Self::SignIn => sign_in::run(workspace, settings, args.hashes),
            Self::Durability => durability::run(workspace, args.writes),
        }
    }
}

/// What all scenarios share.
pub struct Settings {
    profile: Option<Profile>,
    cores: Cores,
    pace: Pace,
    connections: usize,
}

impl Settings {
    fn new(args: &Args) -> Result<Self> {
        let (seconds, rounds) = if args.quick {
            (0.5, 2)
        } else {
            (args.seconds, args.rounds)
        };
        Ok(Self {
            profile: (!args.as_built).then(|| Profile::from_flag(args.release)),
            cores: Cores::choose()?,
            pace: Pace {
                length: Duration::try_from_secs_f64(seconds).context("--seconds")?,
                rounds: rounds.max(1),
            },
            connections: args.connections.max(1),
        })
    }

    /// An empty page about what runs, which says how it was measured.
    fn page(&self, scenario: &'static str, title: &str) -> Page {
        let runtime = match title {
            "natively" => "native",
            title if title.starts_with("spin ") => "spin",
            _ => "host",
        };
        let mut page = Page::new(scenario, runtime);
        let profile = match self.profile {
            Some(Profile::Release) => "components as deployed",
            Some(Profile::Development) => "components of the development profile",
            None => "components as they lay there",
        };
        page.note(format!(
            "{}, {profile}; {}; {} connections; median of {} rounds of {} s in turns",
            title.split(" at ").next().unwrap_or(title),
            self.cores.describe(),
            self.connections,
            self.pace.rounds,
            self.pace.length.as_secs_f64(),
        ));
        page
    }
}

/// Runs `cargo xtask bench`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let settings = Settings::new(args)?;
    let scenarios = if args.only.is_empty() {
        &Scenario::USUAL[..]
    } else {
        &args.only
    };
    for (number, scenario) in scenarios.iter().enumerate() {
        let name = scenario
            .to_possible_value()
            .map(|value| value.get_name().to_owned());
        term::step(format_args!(
            "scenario {} of {}: {}",
            number + 1,
            scenarios.len(),
            name.unwrap_or_default()
        ));
        scenario.run(workspace, args, &settings)?;
    }
    Ok(())
}
