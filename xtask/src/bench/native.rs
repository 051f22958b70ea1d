//! `native`: the component `signals` against the same crates in a native program (`bench/native`), which is the most that can be reached.

use anyhow::Result;

use super::Settings;
use super::load::{self, Generator, Request};
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use super::server::Server;
use crate::app::{self, Launch};
use crate::components::Profile;
use crate::server::build_tool;
use crate::workspace::Workspace;
use crate::{process, sample};

const NATIVE: &str = "realcare-bench-native";

/// The endpoints, by what a table calls them natively and in Wasm.
const ENDPOINTS: [[&str; 2]; 4] = [
    ["native: guard alone", "Wasm: guard alone"],
    ["native: GET /signals/{id}", "Wasm: GET /signals/{id}"],
    ["native: GET /signals (20)", "Wasm: GET /signals (20)"],
    ["native: POST /signals", "Wasm: POST /signals"],
];

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    // The ceiling is built as well as what is held against it.
    let profile = if settings.profile == Some(Profile::Development) {
        "host"
    } else {
        "release"
    };
    let program = build_tool(workspace, NATIVE, profile)?;
    let mut rig = Rig::start(workspace, Launch::new("bench", settings.profile)?, settings.cores)?;
    let address = app::free_address()?;
    let mut command = process::tied(&program);
    command.arg(address.to_string()).arg(&rig.app.database);
    let native = Server::start(&mut command, address, &rig.app, settings.cores)?;
    let lines = rounds::run(&generator, cases(&rig, &native, settings), settings.pace)?;
    drop(native);
    rig.app.end();
    let mut page = settings.page("native", &rig.app.title);
    page.note(format!("native: hyper and one thread, profile {profile}, SQLite by rusqlite, counters and revocations in memory"));
    page.lines = lines;
    page.publish(workspace)
}

fn cases(rig: &Rig, native: &Server, settings: &Settings) -> Vec<Case> {
    let bearer = format!("Bearer {}", rig.token);
    let headers = [("authorization", bearer.as_str())];
    let read = |path: &str| (load::get(path, &headers), 200);
    let asked = [
        read("/api/v1/auth/rate-limit"),
        read(&format!("/api/v1/signals/{}", rig.own)),
        read("/api/v1/signals?limit=20"),
        (
            load::post("/api/v1/signals", &headers, &sample::signal().to_string()),
            201,
        ),
    ];
    let mut cases = Vec::new();
    for ([name, wasm], (request, status)) in ENDPOINTS.into_iter().zip(asked) {
        let case = |title: &str, goals: Vec<Goal>, (address, group), request: Request| {
            let mut stream = rig.stream(settings, request);
            stream.address = address;
            stream.statuses = vec![status];
            Case {
                name: title.to_owned(),
                base: name,
                group,
                stream,
                beside: Vec::new(),
                goals,
            }
        };
        let at_most = Goal {
            of: Measure::Cpu,
            bound: 2.5,
            to: name,
        };
        cases.push(case(
            name,
            Vec::new(),
            (native.address, native.group()),
            request.clone(),
        ));
        cases.push(case(
            wasm,
            vec![at_most],
            (rig.app.address, rig.app.group()),
            request,
        ));
    }
    cases
}
