//! `floor`: what a request costs above nothing. The measure is a component that answers a fixed body through the same finishing
//! function; beside it stand components that make the same host calls as an endpoint and nothing else.

use anyhow::Result;

use super::Settings;
use super::load::{self, Generator, Request};
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use crate::app::Launch;
use crate::sample;
use crate::workspace::Workspace;

/// The case that most are compared with.
pub const EMPTY: &str = "empty component";
/// What the guard asks the host for on each request: the time, an id, whether somebody is revoked, a count, and a line in the log; its answer
/// carries all headers.
pub const GUARD_CALLS: &str = "clock,clock,clock,random,get,increment,log,headers";

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let launch = Launch::new("bench", settings.profile)?;
    let mut rig = Rig::start(workspace, launch, settings.cores)?;
    let lines = rounds::run(&generator, cases(&rig, settings), settings.pace)?;
    rig.app.end();
    let mut page = settings.page("floor", &rig.app.title);
    page.lines = lines;
    page.note("\"calls of …\" makes the same host calls as the endpoint and sends the same headers, and does nothing else");
    page.publish(workspace)
}

fn cases(rig: &Rig, settings: &Settings) -> Vec<Case> {
    let case = |name: &str, request: Request, goals: &[Goal]| Case {
        name: name.to_owned(),
        base: EMPTY,
        group: rig.app.group(),
        stream: rig.stream(settings, request),
        beside: Vec::new(),
        goals: goals.to_vec(),
    };
    let calls = |list: &str| load::get(&format!("/bench/{list}"), &[]);
    let bearer = format!("Bearer {}", rig.token);
    let read = |path: &str| load::get(path, &[("authorization", &bearer)]);
    let own = format!("/api/v1/signals/{}", rig.own);
    let others = format!("/api/v1/signals/{}", rig.others);
    let body = sample::signal().to_string();
    let mut create = case(
        "POST /signals",
        load::post("/api/v1/signals", &[("authorization", &bearer)], &body),
        &[above("calls of POST /signals")],
    );
    create.stream.statuses = vec![201];
    let floor = |name: &str, call: &str| case(name, calls(&format!("{GUARD_CALLS}{call}")), &[]);
    // An endpoint and its floor stand side by side, so that they are measured within the same seconds.
    let mut cases = vec![
        case(EMPTY, calls("empty"), &[]),
        case("GET /health/live", load::get("/health/live", &[]), &[]),
        case(
            "GET /auth/rate-limit (guard alone)",
            read("/api/v1/auth/rate-limit"),
            &[
                goal(Measure::PerSecond, 0.75, EMPTY),
                goal(Measure::Cpu, 1.35, EMPTY),
                above("calls of guard alone"),
            ],
        ),
        floor("calls of guard alone", ""),
        case(
            "GET /signals/{id} (guard, one read)",
            read(&own),
            &one_read("calls of GET /signals/{id}"),
        ),
        floor("calls of GET /signals/{id}", ",read"),
        case(
            "GET /auth/me (guard, one read)",
            read("/api/v1/auth/me"),
            &one_read("calls of GET /auth/me"),
        ),
        floor("calls of GET /auth/me", ",me"),
        case("GET /signals/{id} of another's", read(&others), &[]),
        case(
            "GET /signals (20)",
            read("/api/v1/signals?limit=20"),
            &[above("calls of GET /signals (20)")],
        ),
        floor("calls of GET /signals (20)", ",list"),
        create,
        floor("calls of POST /signals", ",create"),
    ];
    for call in ["clock", "random", "get", "increment", "log", "headers", "read"] {
        cases.push(case(&format!("empty + {call}"), calls(call), &[]));
    }
    cases
}

const fn goal(of: Measure, bound: f64, to: &'static str) -> Goal {
    Goal { of, bound, to }
}

/// What our code may cost above the same host calls.
const fn above(floor: &'static str) -> Goal {
    goal(Measure::Cpu, 1.15, floor)
}

fn one_read(floor: &'static str) -> [Goal; 4] {
    [
        goal(Measure::PerSecond, 0.5, EMPTY),
        goal(Measure::Cpu, 2.0, EMPTY),
        goal(Measure::P99, 2.0, EMPTY),
        above(floor),
    ]
}
