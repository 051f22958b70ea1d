//! `settings`: what is chosen against what Spin does by itself: where counters are, how the database keeps its journal, and whether
//! instances and handles are kept.

use anyhow::Result;

use super::Settings;
use super::load::{self, Generator, Request};
use super::rig::Rig;
use super::rounds::{self, Case};
use crate::app::{Launch, Stores};
use crate::sample;
use crate::workspace::Workspace;

const GUARD: &str = "chosen: guard alone";
const READ: &str = "chosen: GET /signals/{id}";
const CREATE: &str = "chosen: POST /signals";
const HELD: &str = "chosen: a handle held, get";
const HELD_SQL: &str = "chosen: a connection held, read";

/// How many requests are compared.
const ASKED: usize = 3;

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let start = |folder, stores, journal, flags: &[&str]| {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let launch = Launch {
            stores,
            flags,
            journal,
            ..Launch::new(folder, settings.profile)?
        };
        Rig::start(workspace, launch, settings.cores)
    };
    let mut chosen = start("bench", Stores::Embedded, None, &[])?;
    let mut files = start("bench-files", Stores::Files, Some("DELETE"), &[])?;
    let mut single = start(
        "bench-single",
        Stores::Embedded,
        None,
        &["--max-instance-reuse-count", "1"],
    )?;
    let mut lasting = start(
        "bench-lasting",
        Stores::Embedded,
        None,
        &["--max-instance-reuse-count", "4096"],
    )?;
    let mut cases = Vec::new();
    let rigs = [
        (&chosen, "chosen"),
        (&files, "Spin's stores"),
        (&single, "an instance per request"),
        (&lasting, "an instance per 4096 requests"),
    ];
    // What is compared stands side by side, so that it is measured within the same seconds.
    for place in 0..ASKED {
        for (rig, name) in rigs {
            let (base, request, status) = asked(rig).swap_remove(place);
            let what = base.trim_start_matches("chosen: ");
            let mut stream = rig.stream(settings, request);
            stream.statuses = vec![status];
            cases.push(Case {
                name: format!("{name}: {what}"),
                base,
                group: rig.app.group(),
                stream,
                beside: Vec::new(),
                goals: Vec::new(),
            });
        }
    }
    for (name, base, call) in [
        (HELD, HELD, "get"),
        ("opened each time: get", HELD, "get-opened"),
        (HELD_SQL, HELD_SQL, "read"),
        ("opened each time: read", HELD_SQL, "sql-opened"),
    ] {
        cases.push(Case {
            name: name.to_owned(),
            base,
            group: chosen.app.group(),
            stream: chosen.stream(settings, load::get(&format!("/bench/{call}"), &[])),
            beside: Vec::new(),
            goals: Vec::new(),
        });
    }
    let lines = rounds::run(&generator, cases, settings.pace)?;
    for rig in [&mut chosen, &mut files, &mut single, &mut lasting] {
        rig.app.end();
    }
    let mut page = settings.page("settings", &chosen.app.title);
    page.note("chosen: WAL with synchronous=FULL (every write is on the disk when it is answered), counters in memory, revocations in a file, handles kept, and instances for the 128 requests that Spin gives them");
    page.note("Spin's stores: what Spin does by itself, journal DELETE with synchronous=FULL, which promises the same; every store in a file, so that each count is written to the disk");
    page.lines = lines;
    page.publish(workspace)
}

fn asked(rig: &Rig) -> Vec<(&'static str, Request, u16)> {
    let bearer = format!("Bearer {}", rig.token);
    let headers = [("authorization", bearer.as_str())];
    vec![
        (GUARD, load::get("/api/v1/auth/rate-limit", &headers), 200),
        (
            READ,
            load::get(&format!("/api/v1/signals/{}", rig.own), &headers),
            200,
        ),
        (
            CREATE,
            load::post("/api/v1/signals", &headers, &sample::signal().to_string()),
            201,
        ),
    ]
}
