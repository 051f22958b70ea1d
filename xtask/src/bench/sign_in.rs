//! `sign-in`: what a sign-in costs. First the hashes: the processor time of a sign-in that fails, less that of a request that differs
//! from it by the hash (and half of its statements), against the same library in this program; the four take turns. Then reads beside
//! sign-ins: their times while four people sign in, against those while nobody does, in turns too.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, ensure};
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;

use super::load::{self, Generator, Stream};
use super::report::Table;
use super::rig::Rig;
use super::rounds::{self, Case, Goal, Measure};
use super::times::milliseconds;
use super::{Settings, cpu};
use crate::app::{self, App, Launch};
use crate::workspace::Workspace;
use crate::{sample, term};

/// What the earlier system hashed with (AUTH-9).
const BCRYPT_COST: u32 = 12;
/// A password that is nobody's.
const WRONG: &str = "Wrong-horse-7-battery";
/// How many people sign in at once.
const AT_ONCE: usize = 4;
/// How many connections read, each with one request at a time.
const READERS: usize = 4;
/// How long somebody waits who signs in now and then.
const PAUSE: Duration = Duration::from_secs(1);
const ME: &str = "GET /auth/me";
const SIGNAL: &str = "GET /signals/{id}";

/// Runs the measurement.
pub fn run(workspace: &Workspace, settings: &Settings, count: usize) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let launch = Launch {
        variables: vec![("password_hashes_at_once", "64".to_owned())],
        ..Launch::new("bench", settings.profile)?
    };
    let mut rig = Rig::start(workspace, launch, settings.cores)?;
    let hashes = settings.cores.generator(|| hashes(&rig.app, count))?;
    let mut twin = rig.app.twin(workspace)?;
    let lines = rounds::run(&generator, cases(&rig, &twin, settings), settings.pace)?;
    twin.end();
    rig.app.end();
    let mut page = settings.page("sign-in", &rig.app.title);
    page.note(format!(
        "{READERS} connections read; beside them {AT_ONCE} people sign in; \"CPU\" is of everything that the server did, per read"
    ));
    page.lines = lines;
    page.tables.push(Table {
        title: format!("Hashes, processor time, mean of {count} in turns"),
        rows: hashes,
    });
    page.publish(workspace)
}

/// What hashes cost in processor time: elapsed time would be the machine's.
fn hashes(app: &App, count: usize) -> Result<Vec<Vec<String>>> {
    let refused = |error: bcrypt::BcryptError| anyhow::anyhow!("bcrypt: {error}");
    let old = bcrypt::hash(sample::PASSWORD, BCRYPT_COST).map_err(refused)?;
    // Each is tried once, so no lock comes in between.
    let argon2 = sample::load_people(&app.database, "argon", count, sample::PASSWORD_HASH)?;
    let bcrypt = sample::load_people(&app.database, "bcrypt", count, &old)?;
    let agent = app::agent();
    let post = |path: &str, body, wanted: u16| -> Result<Duration> {
        let before = cpu::used(app.group())?;
        let (status, _) = app.post(&agent, path, &body)?;
        ensure!(
            status == wanted,
            "{path} answered {status}: the measurement is void"
        );
        Ok(cpu::used(app.group())?.saturating_sub(before))
    };
    let mut used = [Duration::ZERO; 4];
    term::note("hashes");
    for (argon2, bcrypt) in argon2.iter().zip(&bcrypt) {
        let without = post("/api/v1/auth/resend-verification", json!({"email": argon2}), 202)?;
        let login = |email: &str| {
            post(
                "/api/v1/auth/login",
                json!({"email": email, "password": WRONG}),
                401,
            )
        };
        used[0] += login(argon2)?.saturating_sub(without);
        used[1] += timed(|| verify_argon2(sample::PASSWORD_HASH))?;
        used[2] += login(bcrypt)?.saturating_sub(without);
        used[3] += timed(|| bcrypt::verify(WRONG, &old).map_err(refused))?;
    }
    let each = used.map(|used| used / u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    let mut rows = vec![term::row(["hash", "in Wasm", "natively", "ratio", "goal"])];
    for (name, [wasm, native], goal) in [
        ("Argon2id m=19456,t=2,p=1", [each[0], each[1]], Some(2.0)),
        ("bcrypt, cost 12", [each[2], each[3]], None),
    ] {
        let ratio = wasm.as_secs_f64() / native.as_secs_f64();
        let verdict = goal.map_or("", |goal| {
            if ratio <= goal {
                "≤ 2 met"
            } else {
                "≤ 2 missed"
            }
        });
        rows.push(term::row([
            name,
            &milliseconds(wasm),
            &milliseconds(native),
            &format!("{ratio:.2}"),
            verdict,
        ]));
    }
    Ok(rows)
}

fn verify_argon2(stored: &str) -> Result<bool> {
    let hash = PasswordHash::new(stored).map_err(|error| anyhow::anyhow!("the sample's hash: {error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
    Ok(argon2.verify_password(WRONG.as_bytes(), &hash).is_ok())
}

/// The processor time of this thread.
fn timed(work: impl FnOnce() -> Result<bool>) -> Result<Duration> {
    let clock = || -> Result<Duration> {
        Ok(nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
    };
    let start = clock()?;
    ensure!(!work()?, "a wrong password was right");
    Ok(clock()?.saturating_sub(start))
}

/// Reads alone, and beside people who sign in at the same door or at another.
fn cases(rig: &Rig, twin: &App, settings: &Settings) -> Vec<Case> {
    let bearer = format!("Bearer {}", rig.token);
    let own = format!("/api/v1/signals/{}", rig.own);
    let mut cases = Vec::new();
    for (alone, path) in [(ME, "/api/v1/auth/me"), (SIGNAL, own.as_str())] {
        let mut reads = rig.stream(settings, load::get(path, &[("authorization", &bearer)]));
        reads.connections = READERS;
        let mut add = |name: String, beside: Vec<Stream>, bound: Option<f64>| {
            let goals = bound.map(|bound| Goal {
                of: Measure::P99,
                bound,
                to: alone,
            });
            cases.push(Case {
                name,
                base: alone,
                group: rig.app.group(),
                stream: reads.clone(),
                beside,
                goals: goals.into_iter().collect(),
            });
        };
        add(alone.to_owned(), Vec::new(), None);
        let now_and_then = Some(PAUSE.as_micros() as u64);
        add(
            format!("{alone}, beside {AT_ONCE} sign-ins each second"),
            vec![sign_ins(rig, rig.app.address, settings, now_and_then)],
            Some(5.0),
        );
        add(
            format!("{alone}, beside {AT_ONCE} sign-ins without end"),
            vec![sign_ins(rig, rig.app.address, settings, None)],
            Some(5.0),
        );
        if alone == SIGNAL {
            add(
                format!("{alone}, beside {AT_ONCE} in another process"),
                vec![sign_ins(rig, twin.address, settings, None)],
                Some(5.0),
            );
        }
    }
    cases
}

fn sign_ins(rig: &Rig, address: SocketAddr, settings: &Settings, pause_micros: Option<u64>) -> Stream {
    let body = json!({"email": sample::PERSON, "password": sample::PASSWORD}).to_string();
    Stream {
        address,
        connections: AT_ONCE,
        pause_micros,
        ..rig.stream(settings, load::post("/api/v1/auth/login", &[], &body))
    }
}
