//! `floor`: what a request costs above nothing. The measure is a component that answers a fixed body through the same finishing
//! function; beside it stand components that make the same host calls as an endpoint and nothing else.

use anyhow::Result;

use super::Settings;
use super::load::{self, Generator, Request};
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use super::twin;
use crate::app::Launch;
use crate::sample;
use crate::workspace::Workspace;

/// The case that most are compared with.
pub const EMPTY: &str = "empty component";
/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let launch = Launch::new("bench", settings.profile)?;
    let mut rig = Rig::start(workspace, launch, settings.cores)?;
    let lines = rounds::run(&generator, cases(&rig, settings)?, settings.pace)?;
    rig.app.end();
    let mut page = settings.page("floor", &rig.app.title);
    page.lines = lines;
    page.note("\"calls of …\" makes the same host calls as the endpoint, for the same request and with an answer of the same headers and length, and does nothing else");
    page.publish(workspace)
}

fn cases(rig: &Rig, settings: &Settings) -> Result<Vec<Case>> {
    let bearer = format!("Bearer {}", rig.token);
    let read = |path: &str| load::get(path, &[("authorization", &bearer)]);
    let own = format!("/api/v1/signals/{}", rig.own);
    let others = format!("/api/v1/signals/{}", rig.others);
    let body = sample::signal().to_string();
    let create = load::post("/api/v1/signals", &[("authorization", &bearer)], &body);
    let case = |name: &str, request: Request, goals: &[Goal]| alone(rig, settings, name, request, goals);
    let pair = |name, floor, request, calls: &[&str], goals: &[Goal]| {
        pair(rig, settings, [name, floor], request, calls, goals)
    };
    let mut cases = vec![
        case(EMPTY, calls("empty"), &[]),
        case("GET /health/live", load::get("/health/live", &[]), &[]),
    ];
    cases.extend(pair(
        "GET /auth/rate-limit (guard alone)",
        "calls of guard alone",
        read("/api/v1/auth/rate-limit"),
        &[],
        &[
            goal(Measure::PerSecond, 0.75, EMPTY),
            goal(Measure::Cpu, 1.35, EMPTY),
            above("calls of guard alone"),
        ],
    )?);
    cases.extend(pair(
        "GET /signals/{id} (guard, one read)",
        "calls of GET /signals/{id}",
        read(&own),
        &["read", "etag", "private"],
        &one_read("calls of GET /signals/{id}"),
    )?);
    cases.extend(pair(
        "GET /auth/me (guard, one read)",
        "calls of GET /auth/me",
        read("/api/v1/auth/me"),
        &["me", "etag", "private"],
        &one_read("calls of GET /auth/me"),
    )?);
    cases.push(case("GET /signals/{id} of another's", read(&others), &[]));
    cases.extend(pair(
        "GET /signals (20)",
        "calls of GET /signals (20)",
        read("/api/v1/signals?limit=20"),
        &["list", "vary"],
        &[above("calls of GET /signals (20)")],
    )?);
    cases.extend(pair(
        "POST /signals",
        "calls of POST /signals",
        create,
        &["body", "create", "created", "etag"],
        &[above("calls of POST /signals")],
    )?);
    for call in ["clock", "random", "get", "increment", "log", "headers", "read"] {
        cases.push(case(&format!("empty + {call}"), calls(call), &[]));
    }
    Ok(cases)
}

/// A request to the floor.
fn calls(list: &str) -> Request {
    load::get(&format!("/bench/{list}"), &[])
}

fn alone(rig: &Rig, settings: &Settings, name: &str, request: Request, goals: &[Goal]) -> Case {
    let right = if request.0.starts_with("POST") { 201 } else { 200 };
    let mut stream = rig.stream(settings, request);
    stream.statuses = vec![right];
    Case {
        name: name.to_owned(),
        base: EMPTY,
        group: rig.app.group(),
        stream,
        beside: Vec::new(),
        goals: goals.to_vec(),
    }
}

/// An endpoint and its floor, side by side, so that they are measured within the same seconds.
fn pair(
    rig: &Rig,
    settings: &Settings,
    [name, floor]: [&str; 2],
    request: Request,
    calls: &[&str],
    goals: &[Goal],
) -> Result<[Case; 2]> {
    let twin = twin::of(rig.app.address, &request, calls)?;
    Ok([
        alone(rig, settings, name, request, goals),
        alone(rig, settings, floor, twin, &[]),
    ])
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
