//! `endpoints`: what people ask for most, as they ask for it: lists in each coding, progress, and the smallest of all to compare with.

use anyhow::Result;

use super::Settings;
use super::load::{self, Generator};
use super::rig::{self, Rig};
use super::rounds::{self, Case};
use crate::app::Launch;
use crate::workspace::Workspace;

const LIVE: &str = "GET /health/live";

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let launch = Launch::new("bench", settings.profile)?;
    let mut rig = Rig::start_with(workspace, launch, settings.cores, rig::MORE)?;
    let progress = rig.app.begin_analysis(&rig.token)?;
    let bearer = format!("Bearer {}", rig.token);
    let case = |name: &str, path: &str, coding: &str| {
        let headers = [("authorization", bearer.as_str()), ("accept-encoding", coding)];
        let mut stream = rig.stream(settings, load::get(path, &headers));
        if coding != "identity" {
            // Encoded, it has no brace that one could look for.
            stream.contains.clear();
        }
        Case {
            name: name.to_owned(),
            base: LIVE,
            group: rig.app.group(),
            stream,
            beside: Vec::new(),
            goals: Vec::new(),
        }
    };
    let list = "/api/v1/signals?limit=20";
    let cases = vec![
        case(LIVE, "/health/live", "identity"),
        case("GET /progress/{id}", &progress, "identity"),
        case("GET /contracts", "/api/v1/contracts", "identity"),
        case("GET /signals (20)", list, "identity"),
        case("GET /signals (20), gzip", list, "gzip"),
        case("GET /signals (20), br", list, "br"),
        case("GET /regions", "/api/v1/regions", "identity"),
    ];
    let lines = rounds::run(&generator, cases, settings.pace)?;
    rig.app.end();
    let mut page = settings.page("endpoints", &rig.app.title);
    page.note("PROG-2 wants reading a progress below 10 ms at p99");
    page.lines = lines;
    page.publish(workspace)
}
