//! `python`: the same two endpoints in FastAPI (`bench/python`), with the same token, revocation, limit, statement, headers and log line.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Settings;
use super::load::{self, Generator};
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use super::server::Server;
use crate::app::{self, Launch, Stores};
use crate::services::Services;
use crate::workspace::Workspace;
use crate::{process, term};

/// The longest time for installing the packages.
const INSTALL: Duration = Duration::from_secs(300);

const GUARD: &str = "FastAPI: guard alone";
const READ: &str = "FastAPI: GET /signals/{id}";

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let python = install(workspace)?;
    let generator = Generator::build(workspace, settings.cores)?;
    // Both sides ask this one, so it is on the generator's core.
    let services = settings.cores.generator(|| Services::start(workspace))?;
    let redis = services.redis_url().to_owned();
    let launch = |folder, stores| -> Result<Launch<'_>> {
        let public_url = ("public_url", "http://127.0.0.1:3000".to_owned());
        Ok(Launch {
            stores,
            variables: vec![public_url],
            ..Launch::new(folder, settings.profile)?
        })
    };
    let mut ours = Rig::start(workspace, launch("bench", Stores::Embedded)?, settings.cores)?;
    let mut on_redis = Rig::start(
        workspace,
        launch("bench-redis", Stores::Redis(redis.clone()))?,
        settings.cores,
    )?;
    let start = |keeps: &str| -> Result<Server> {
        let address = app::free_address()?;
        let mut command = process::tied(&python);
        command
            .args([
                "-m",
                "uvicorn",
                "app:application",
                "--host",
                "127.0.0.1",
                "--loop",
                "uvloop",
                "--http",
                "httptools",
            ])
            .args([
                "--no-access-log",
                "--log-level",
                "warning",
                "--port",
                &address.port().to_string(),
            ])
            .arg("--app-dir")
            .arg(workspace.root.join("bench/python"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("BENCH_REDIS_URL", &redis)
            .env(
                "BENCH_DATABASE_URL",
                format!("sqlite+aiosqlite:///{}", ours.app.database.display()),
            )
            .env("BENCH_KEEPS_TOKENS", keeps);
        Server::start(&mut command, address, &ours.app, settings.cores)
    };
    let (plain, keeping) = (start("0")?, start("1")?);
    let cases = cases(&[&ours, &on_redis], &[&plain, &keeping], settings);
    let lines = rounds::run(&generator, cases, settings.pace)?;
    drop((plain, keeping));
    ours.app.end();
    on_redis.app.end();
    let mut page = settings.page("python", &ours.app.title);
    page.note("FastAPI: one uvicorn worker with uvloop and httptools, PyJWT, redis-py with hiredis, SQLAlchemy Core with aiosqlite, versions in bench/python/requirements.txt");
    page.note("FastAPI's counters and revocations are in Redis on the generator's core, whose time is not counted; ours are in the process, in the cases \"on Redis\" in the same Redis");
    page.lines = lines;
    page.publish(workspace)
}

fn cases(ours: &[&Rig; 2], theirs: &[&Server; 2], settings: &Settings) -> Vec<Case> {
    let [embedded, on_redis] = *ours;
    let mut cases = Vec::new();
    for (base, what) in [(GUARD, "guard alone"), (READ, "GET /signals/{id}")] {
        let goals = [(Measure::PerSecond, 6.0), (Measure::Cpu, 1.0 / 6.0)];
        let goals: Vec<Goal> = goals
            .into_iter()
            .map(|(of, bound)| Goal { of, bound, to: base })
            .collect();
        let mut add = |name: String, rig: &Rig, (address, group), goals: Vec<Goal>| {
            let path = if base == GUARD {
                "/api/v1/auth/rate-limit".to_owned()
            } else {
                format!("/api/v1/signals/{}", rig.own)
            };
            let bearer = format!("Bearer {}", rig.token);
            let mut stream = rig.stream(settings, load::get(&path, &[("authorization", &bearer)]));
            stream.address = address;
            cases.push(Case {
                name,
                base,
                group,
                stream,
                beside: Vec::new(),
                goals,
            });
        };
        let [plain, keeping] = *theirs;
        add(
            base.to_owned(),
            embedded,
            (plain.address, plain.group()),
            Vec::new(),
        );
        add(
            format!("{base}, tokens kept"),
            embedded,
            (keeping.address, keeping.group()),
            Vec::new(),
        );
        add(
            format!("ours: {what}"),
            embedded,
            (embedded.app.address, embedded.app.group()),
            goals,
        );
        add(
            format!("ours, on Redis: {what}"),
            on_redis,
            (on_redis.app.address, on_redis.app.group()),
            Vec::new(),
        );
    }
    cases
}

/// The packages in an environment of their own in the target directory, installed once for the same list: its interpreter.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("bench-python");
    let python = folder.join("bin/python");
    let list = workspace.root.join("bench/python/requirements.txt");
    let (stamp, wanted) = (folder.join("installed"), std::fs::read(&list)?);
    if std::fs::read(&stamp).ok().as_ref() == Some(&wanted) {
        return Ok(python);
    }
    term::step("installing what bench/python needs (once, a minute)");
    let interpreter = process::which("python3")
        .context("python3 is not on PATH: install Python 3.10 or newer with its module venv")?;
    let bounded = |command: &mut Command, what: &str| -> Result<()> {
        anyhow::ensure!(
            process::run_bounded(command, INSTALL)?,
            "{what} failed, its message stands above"
        );
        Ok(())
    };
    bounded(
        Command::new(interpreter)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
        "python3 -m venv",
    )?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
    ]);
    bounded(pip.arg(&list), "pip install")?;
    std::fs::write(&stamp, wanted)?;
    Ok(python)
}
