//! `growth`: the same requests with few and with many rows, people and revocations, in two apps in turns; and, if minutes are given, the
//! end of a long run against its beginning, with the memory that the server holds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sql::native::NativeSqlite;
use store::Database;

use super::load::{self, Generator, Request};
use super::report::Table;
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use super::{Args, Settings, cpu};
use crate::app::Launch;
use crate::workspace::Workspace;
use crate::{sample, term};

/// What growing may cost.
const BOUND: f64 = 1.15;
/// Parts of a long run.
const PARTS: u32 = 10;

/// How much is much.
pub struct Much {
    rows: usize,
    people: usize,
    revoked: usize,
    minutes: Option<u64>,
}

impl Much {
    /// As the command line says.
    pub const fn of(args: &Args) -> Self {
        Self {
            rows: args.rows,
            people: args.people,
            revoked: args.revoked,
            minutes: args.minutes,
        }
    }
}

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings, much: &Much) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let start = |folder| Rig::start(workspace, Launch::new(folder, settings.profile)?, settings.cores);
    let (mut few, mut many) = (start("bench")?, start("bench-many")?);
    grow(&many, much)?;
    let cases = [asked(&few), asked(&many)];
    let mut all = Vec::new();
    for ([few_name, many_name], [few_request, many_request]) in NAMES.into_iter().zip(pairs(cases)) {
        let goal = Goal {
            of: Measure::Cpu,
            bound: BOUND,
            to: few_name,
        };
        all.push(case(
            &few,
            settings,
            (few_name, few_name),
            few_request,
            Vec::new(),
        ));
        all.push(case(
            &many,
            settings,
            (many_name, few_name),
            many_request,
            vec![goal],
        ));
    }
    let lines = rounds::run(&generator, all, settings.pace)?;
    let mut page = settings.page("growth", &few.app.title);
    page.note(format!(
        "few: 360 signals, 3 people, nobody revoked; many: {} signals, {} people, {} revoked sign-ins",
        much.rows + 360,
        much.people + 4,
        much.revoked
    ));
    page.lines = lines;
    if let Some(minutes) = much.minutes {
        let table = long(&generator, &few, settings, minutes)?;
        page.tables.push(table);
    }
    few.app.end();
    many.app.end();
    page.publish(workspace)
}

const NAMES: [[&str; 2]; 4] = [
    ["few: guard alone", "many: guard alone"],
    ["few: GET /auth/me", "many: GET /auth/me"],
    ["few: GET /signals/{id}", "many: GET /signals/{id}"],
    ["few: GET /signals (20)", "many: GET /signals (20)"],
];

fn asked(rig: &Rig) -> Vec<Request> {
    let bearer = format!("Bearer {}", rig.token);
    let read = |path: &str| load::get(path, &[("authorization", &bearer)]);
    vec![
        read("/api/v1/auth/rate-limit"),
        read("/api/v1/auth/me"),
        read(&format!("/api/v1/signals/{}", rig.own)),
        read("/api/v1/signals?limit=20"),
    ]
}

fn pairs([few, many]: [Vec<Request>; 2]) -> Vec<[Request; 2]> {
    few.into_iter().zip(many).map(|(few, many)| [few, many]).collect()
}

fn case(
    rig: &Rig,
    settings: &Settings,
    (name, base): (&str, &'static str),
    request: Request,
    goals: Vec<Goal>,
) -> Case {
    Case {
        name: name.to_owned(),
        base,
        group: rig.app.group(),
        stream: rig.stream(settings, request),
        beside: Vec::new(),
        goals,
    }
}

/// Fills the app's files while it serves, as time would.
fn grow(rig: &Rig, much: &Much) -> Result<()> {
    term::note(format_args!("{} signals", much.rows));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    runtime.block_on(sample::load_many(
        &Database::new(NativeSqlite::new(&rig.app.database)),
        much.rows,
    ))?;
    term::note(format_args!("{} people", much.people));
    sample::load_people(&rig.app.database, "many", much.people, sample::PASSWORD_HASH)?;
    term::note(format_args!("{} revocations", much.revoked));
    let mut store = rusqlite::Connection::open(rig.app.folder.join("revocations.db"))?;
    store.busy_timeout(Duration::from_secs(10))?;
    let writing = store.transaction()?;
    {
        // The table of Spin's own store (spin-key-value-spin, and the stand-in's alike).
        let mut insert = writing
            .prepare("INSERT INTO spin_key_value (store, key, value) VALUES ('revocations', ?1, ?2)")?;
        // An entry ends with the longest token; these end in 2100.
        let value = [4_102_444_800_i64.to_be_bytes().as_slice(), b"1"].concat();
        for number in 0..much.revoked {
            let session = format!("revocations/session/01880000-0000-7000-8000-{number:012x}");
            insert.execute((session, &value))?;
        }
    }
    Ok(writing.commit()?)
}

/// One case for a long time, in parts; the first against the last.
fn long(generator: &Generator, rig: &Rig, settings: &Settings, minutes: u64) -> Result<Table> {
    let length = Duration::from_secs(minutes * 60) / PARTS;
    let mut rows = vec![term::row(["part", "req/s", "CPU", "p50", "p99", "memory"])];
    let start = Instant::now();
    for part in 1..=PARTS {
        let request = asked(rig).swap_remove(2);
        let case = case(rig, settings, (NAMES[2][0], NAMES[2][0]), request, Vec::new());
        let round = rounds::one(generator, &case, length)?;
        term::note(format_args!(
            "part {part} of {PARTS}, {:.0} s",
            start.elapsed().as_secs_f64()
        ));
        rows.push(term::row([
            &part.to_string(),
            &format!("{:.0}", round.per_second),
            &format!("{:.0} us", round.cpu),
            &format!("{:.2} ms", round.p50 / 1e3),
            &format!("{:.2} ms", round.p99 / 1e3),
            &format!("{:.1} MB", cpu::memory(rig.app.group())? as f64 / 1e6),
        ]));
    }
    Ok(Table {
        title: format!("{minutes} minutes of {}, in parts", NAMES[2][0]),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_asked_for_the_same() {
        let request = |text: &str| Request(text.to_owned());
        let asked = pairs([vec![request("a"), request("b")], vec![request("c"), request("d")]]);
        assert_eq!(asked.len(), 2);
        assert_eq!((asked[1][0].0.as_str(), asked[1][1].0.as_str()), ("b", "d"));
        let names: Vec<&str> = NAMES.iter().map(|[few, _]| &few[5..]).collect();
        assert!(
            NAMES
                .iter()
                .zip(names)
                .all(|([_, many], name)| &many[6..] == name)
        );
    }
}
