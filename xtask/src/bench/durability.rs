//! `cargo xtask bench --only durability`: what it costs that a write survives. Each store writes under each of its settings in turn, one write
//! after the other, natively: HTTP and Wasm cost the same for all. Servers of its own that sync as in production are started for it.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sql::native::{NativePostgres, NativeSqlite};
use store::Database;
use tokio::runtime::Runtime;

use crate::sample::Writer;
use crate::services::{Durability, Services};
use crate::workspace::Workspace;
use crate::{migrate, term};

/// Rounds of each setting; they take turns, so that what else happens on the machine meets all alike.
const ROUNDS: usize = 5;

/// One kind of write under one setting.
struct Case {
    what: &'static str,
    setting: &'static str,
    /// What the writes of the last moments outlive.
    survives: &'static str,
    /// Whether production has it so (`docs/operations.md`).
    is_chosen: bool,
    /// Writes once.
    write: Box<dyn FnMut() -> Result<()>>,
    times: Vec<Duration>,
}

const POWER: &str = "loss of power";
const PROCESS: &str = "death of the process";
const APP: &str = "death of the app";
const NOTHING: &str = "nothing";

/// Runs the measurement with so many writes of each kind under each setting.
pub fn run(workspace: &Workspace, writes: usize) -> Result<()> {
    let folder = workspace.target.join("bench-durability");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let services = Services::start_with(workspace, Durability::Production)?;
    let address = |name: &str| {
        let found = services.environment.iter().find(|(known, _)| known == name);
        found
            .map(|(_, url)| url.clone())
            .context("a server without an address")
    };
    let mut cases = sqlite(workspace, &folder)?;
    cases.extend(postgres(workspace, &address("REALCARE_TEST_POSTGRES_URL")?)?);
    cases.extend(embedded(&folder)?);
    cases.extend(redis(&address("REALCARE_TEST_REDIS_URL")?)?);
    for number in 1..=ROUNDS {
        term::note(format_args!("round {number} of {ROUNDS}"));
        for case in &mut cases {
            // The first one brings the setting and whatever was put off.
            (case.write)().with_context(|| format!("{}, {}", case.what, case.setting))?;
            for _ in 0..writes.div_ceil(ROUNDS) {
                let start = Instant::now();
                (case.write)()?;
                case.times.push(start.elapsed());
            }
        }
    }
    show(cases);
    Ok(())
}

fn show(cases: Vec<Case>) {
    let mut rows = vec![term::row([
        "write",
        "setting",
        "the last writes survive",
        "median",
        "p99",
        "a second",
    ])];
    for mut case in cases {
        case.times.sort_unstable();
        let at = |share: usize| case.times[(case.times.len() - 1) * share / 100];
        let all: Duration = case.times.iter().sum();
        let setting = match case.is_chosen {
            true => format!("{} (chosen)", case.setting),
            false => case.setting.to_owned(),
        };
        rows.push(vec![
            case.what.to_owned(),
            setting,
            case.survives.to_owned(),
            format!("{:.2} ms", at(50).as_secs_f64() * 1e3),
            format!("{:.2} ms", at(99).as_secs_f64() * 1e3),
            format!("{:.0}", case.times.len() as f64 / all.as_secs_f64()),
        ]);
    }
    println!();
    term::table(&rows);
}

/// A connection that publishes signals and begins sessions.
struct Desk {
    runtime: Runtime,
    db: Database,
    writer: Writer,
}

impl Desk {
    fn open(db: Database, settings: &[&str]) -> Result<Rc<Self>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start a runtime")?;
        let writer = runtime.block_on(async {
            for setting in settings {
                db.query(setting, Vec::new()).await?;
            }
            Writer::register(&db).await
        })?;
        Ok(Rc::new(Self { runtime, db, writer }))
    }

    /// Both kinds of writes under its setting.
    fn cases(self: &Rc<Self>, setting: &'static str, survives: &'static str, is_chosen: bool) -> [Case; 2] {
        let case = |what, write| Case {
            what,
            setting,
            survives,
            is_chosen,
            write,
            times: Vec::new(),
        };
        let (publishes, signs_in) = (Rc::clone(self), Rc::clone(self));
        let publish = move || {
            publishes
                .runtime
                .block_on(publishes.writer.publish(&publishes.db))
        };
        let sign_in = move || {
            signs_in
                .runtime
                .block_on(signs_in.writer.begin_session(&signs_in.db))
        };
        [
            case("a signal is published", Box::new(publish)),
            case("a session begins", Box::new(sign_in)),
        ]
    }
}

fn sqlite(workspace: &Workspace, folder: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (file, setting, statements, survives, is_chosen) in [
        (
            "full",
            "SQLite: WAL, FULL",
            ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"],
            POWER,
            true,
        ),
        (
            "normal",
            "SQLite: WAL, NORMAL",
            ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"],
            PROCESS,
            false,
        ),
        (
            "delete",
            "SQLite: DELETE, FULL",
            ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"],
            POWER,
            false,
        ),
    ] {
        let path = folder.join(file).with_extension("db");
        migrate::apply(workspace, &format!("sqlite:{}", path.display()))?;
        let desk = Desk::open(Database::new(NativeSqlite::new(&path)), &statements)?;
        cases.extend(desk.cases(setting, survives, is_chosen));
    }
    cases.sort_by_key(|case| case.what);
    Ok(cases)
}

fn postgres(workspace: &Workspace, url: &str) -> Result<Vec<Case>> {
    let (server, _) = url.rsplit_once('/').context("a database in the address")?;
    let mut cases = Vec::new();
    for (name, setting, statement, survives, is_chosen) in [
        (
            "durable",
            "Postgres: synchronous_commit on",
            "SET synchronous_commit = on",
            POWER,
            true,
        ),
        (
            "quick",
            "Postgres: synchronous_commit off",
            "SET synchronous_commit = off",
            APP,
            false,
        ),
    ] {
        let mut admin = ::postgres::Client::connect(url, ::postgres::NoTls)?;
        admin.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let own = format!("{server}/{name}");
        migrate::apply(workspace, &own)?;
        let desk = Desk::open(Database::new(NativePostgres::new(own)), &[statement])?;
        cases.extend(desk.cases(setting, survives, is_chosen));
    }
    cases.sort_by_key(|case| case.what);
    Ok(cases)
}

/// Spin's own key-value store: one table in a file with SQLite's defaults, or in memory.
fn embedded(folder: &Path) -> Result<Vec<Case>> {
    let open = |path: Option<PathBuf>| -> Result<rusqlite::Connection> {
        let connection = match path {
            Some(path) => rusqlite::Connection::open(path)?,
            None => rusqlite::Connection::open_in_memory()?,
        };
        connection.execute_batch(
            "CREATE TABLE spin_key_value (store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))",
        )?;
        Ok(connection)
    };
    let case = |what, setting, survives, connection: rusqlite::Connection| {
        let mut number = 0_u64;
        let write = move || {
            number += 1;
            connection.execute(
                "INSERT INTO spin_key_value (store, key, value) VALUES ('default', ?1, ?2) \
                 ON CONFLICT (store, key) DO UPDATE SET value = excluded.value",
                (format!("key-{}", number % 1000), number.to_be_bytes()),
            )?;
            Ok(())
        };
        Case {
            what,
            setting,
            survives,
            is_chosen: true,
            write: Box::new(write),
            times: Vec::new(),
        }
    };
    Ok(vec![
        case(
            "a revocation",
            "embedded: file",
            POWER,
            open(Some(folder.join("revocations.db")))?,
        ),
        case("a counter", "embedded: memory", NOTHING, open(None)?),
    ])
}

fn redis(url: &str) -> Result<Vec<Case>> {
    let address = url.trim_start_matches("redis://");
    let redis = Rc::new(RefCell::new(Redis(BufReader::new(TcpStream::connect(address)?))));
    redis.borrow_mut().0.get_ref().set_nodelay(true)?;
    let case = |what,
                command: &'static str,
                (setting, policy): (&'static str, &'static str),
                survives,
                is_chosen| {
        let redis = Rc::clone(&redis);
        let write = move || {
            let mut redis = redis.borrow_mut();
            redis.set_policy(policy)?;
            redis.ask(command)
        };
        Case {
            what,
            setting,
            survives,
            is_chosen,
            write: Box::new(write),
            times: Vec::new(),
        }
    };
    let always = ("Redis: appendfsync always", "always");
    let second = ("Redis: appendfsync everysec", "everysec");
    Ok(vec![
        case(
            "a revocation",
            "SET revocations/session 12345678",
            always,
            POWER,
            true,
        ),
        case(
            "a revocation",
            "SET revocations/session 12345678",
            second,
            PROCESS,
            false,
        ),
        case("a counter", "INCR counters/person", always, POWER, false),
        case("a counter", "INCR counters/person", second, PROCESS, true),
    ])
}

/// A connection that asks one thing after the other.
struct Redis(BufReader<TcpStream>);

impl Redis {
    /// Says when what is written reaches the disk, unless that was said before.
    fn set_policy(&mut self, policy: &'static str) -> Result<()> {
        self.ask(&format!("CONFIG SET appendfsync {policy}"))
    }

    fn ask(&mut self, command: &str) -> Result<()> {
        self.0.get_mut().write_all(format!("{command}\r\n").as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        match line.chars().next() {
            Some('+' | ':') => Ok(()),
            _ => bail!("Redis: {command}: {}", line.trim()),
        }
    }
}
