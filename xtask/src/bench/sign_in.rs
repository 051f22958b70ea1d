//! `cargo xtask bench --sign-in N`: what a sign-in costs. First the hashes: the time of a sign-in that fails, less that of a request that
//! differs from it by the hash (and half of its statements), against the same library in this program; the four take turns. Then
//! reads beside sign-ins: their times while four people sign in again and again, against those while nobody does, in turns too.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;

use super::times::{median, milliseconds, share};
use crate::app::{self, App, Launch};
use crate::components::Profile;
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
/// Rounds of reads, with and without sign-ins.
const ROUNDS: usize = 8;
/// The length of a round.
const ROUND: Duration = Duration::from_secs(3);

/// Runs the measurement.
pub fn run(workspace: &Workspace, profile: Option<Profile>, count: usize) -> Result<()> {
    let launch = Launch {
        variables: vec![("password_hashes_at_once", "64".to_owned())],
        ..Launch::new("bench", profile)?
    };
    let mut app = App::start(workspace, launch)?;
    let hashes = hashes(&app, count)?;
    let (token, signal) = app.prepare()?;
    let mut reads = vec![term::row([
        "reads",
        "sign-ins",
        "requests",
        "p50",
        "p99",
        "p99, ratio",
    ])];
    let path = format!("/api/v1/signals/{signal}");
    reads.extend(beside(&app, &app, "/api/v1/auth/me", &token)?);
    reads.extend(beside(&app, &app, &path, &token)?);
    let mut twin = app.twin(workspace)?;
    reads.extend(beside(&app, &twin, &path, &token)?);
    twin.end();
    app.end();
    println!("\non {}, median of {count} pairs\n", app.title);
    term::table(&hashes);
    println!(
        "\n{READERS} connections, {ROUNDS} rounds each of {} s\n",
        ROUND.as_secs()
    );
    term::table(&reads);
    Ok(())
}

fn hashes(app: &App, count: usize) -> Result<Vec<Vec<String>>> {
    let refused = |error: bcrypt::BcryptError| anyhow::anyhow!("bcrypt: {error}");
    let old = bcrypt::hash(sample::PASSWORD, BCRYPT_COST).map_err(refused)?;
    // Each is tried once, so no lock comes in between.
    let argon2 = sample::load_people(&app.database, "argon", count, sample::PASSWORD_HASH)?;
    let bcrypt = sample::load_people(&app.database, "bcrypt", count, &old)?;
    let agent = app::agent();
    let post = |path: &str, body, wanted: u16| -> Result<Duration> {
        let (status, time) = app.post(&agent, path, &body)?;
        ensure!(
            status == wanted,
            "{path} answered {status}: the measurement is void"
        );
        Ok(time)
    };
    let mut times: [Vec<Duration>; 4] = Default::default();
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
        times[0].push(login(argon2)?.saturating_sub(without));
        times[1].push(timed(|| verify_argon2(sample::PASSWORD_HASH))?);
        times[2].push(login(bcrypt)?.saturating_sub(without));
        times[3].push(timed(|| bcrypt::verify(WRONG, &old).map_err(refused))?);
    }
    let mut rows = vec![term::row(["hash", "in Wasm", "natively", "ratio"])];
    for (name, wasm, native) in [
        ("Argon2id m=19456,t=2,p=1", &times[0], &times[1]),
        ("bcrypt, cost 12", &times[2], &times[3]),
    ] {
        let ratio = median(wasm).as_secs_f64() / median(native).as_secs_f64();
        let [wasm, native] = [wasm, native].map(|times| milliseconds(median(times)));
        rows.push(term::row([name, &wasm, &native, &format!("{ratio:.2}")]));
    }
    Ok(rows)
}

fn verify_argon2(stored: &str) -> Result<bool> {
    let hash = PasswordHash::new(stored).map_err(|error| anyhow::anyhow!("the sample's hash: {error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
    Ok(argon2.verify_password(WRONG.as_bytes(), &hash).is_ok())
}

fn timed(work: impl FnOnce() -> Result<bool>) -> Result<Duration> {
    let start = Instant::now();
    ensure!(!work()?, "a wrong password was right");
    Ok(start.elapsed())
}

/// Reads of one path, idle and beside sign-ins, which may be in another process.
fn beside(app: &App, door: &App, path: &str, token: &str) -> Result<Vec<Vec<String>>> {
    let (mut idle, mut busy, mut sign_ins) = (Vec::new(), Vec::new(), 0);
    for number in 0..=ROUNDS {
        term::note(format_args!(
            "{path}, round {number} of {ROUNDS} (round 0 warms up)"
        ));
        let alone = round((app, door), path, token, 0)?;
        let together = round((app, door), path, token, AT_ONCE)?;
        if number > 0 {
            idle.extend(alone.0);
            busy.extend(together.0);
            sign_ins += together.1;
        }
    }
    let ratio = share(&busy, 99).as_secs_f64() / share(&idle, 99).as_secs_f64();
    let place = match app.address == door.address {
        true => "",
        false => ", another process",
    };
    // The id says nothing.
    let name = path.split("/01").next().unwrap_or(path);
    let row = |sign_ins: String, times: &[Duration], ratio: String| {
        let [p50, p99] = [50, 99].map(|percent| milliseconds(share(times, percent)));
        vec![
            name.to_owned(),
            sign_ins,
            times.len().to_string(),
            p50,
            p99,
            ratio,
        ]
    };
    Ok(vec![
        row("none".to_owned(), &idle, "1".to_owned()),
        row(
            format!("{AT_ONCE} at once{place}, {sign_ins} in all"),
            &busy,
            format!("{ratio:.2}"),
        ),
    ])
}

/// The times of the reads of one round, and how many sign-ins ended beside them.
fn round(
    (app, door): (&App, &App),
    path: &str,
    token: &str,
    people: usize,
) -> Result<(Vec<Duration>, usize)> {
    let url = format!("http://{}{path}", app.address);
    let bearer = format!("Bearer {token}");
    let end = Instant::now() + ROUND;
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let sign_ins: Vec<_> = (0..people)
            .map(|_| {
                let over = &over;
                scope.spawn(move || -> Result<usize> {
                    let (agent, mut count) = (app::agent(), 0);
                    let body = json!({"email": sample::PERSON, "password": sample::PASSWORD});
                    while !over.load(Ordering::Relaxed) {
                        let (status, _) = door.post(&agent, "/api/v1/auth/login", &body)?;
                        ensure!(
                            status == 200,
                            "a sign-in answered {status}: the measurement is void"
                        );
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        let readers: Vec<_> = (0..READERS)
            .map(|_| scope.spawn(|| read(&url, &bearer, end)))
            .collect();
        let mut times = Vec::new();
        for reader in readers {
            times.extend(reader.join().ok().context("a reader panicked")??);
        }
        over.store(true, Ordering::Relaxed);
        let mut count = 0;
        for sign_in in sign_ins {
            count += sign_in.join().ok().context("a sign-in panicked")??;
        }
        Ok((times, count))
    })
}

fn read(url: &str, bearer: &str, end: Instant) -> Result<Vec<Duration>> {
    let (agent, mut times) = (app::agent(), Vec::new());
    while Instant::now() < end {
        let start = Instant::now();
        let mut answer = agent.get(url).header("authorization", bearer).call()?;
        answer.body_mut().read_to_vec()?;
        ensure!(
            answer.status() == 200,
            "{url} answered {}: the measurement is void",
            answer.status()
        );
        times.push(start.elapsed());
    }
    Ok(times)
}
