//! Throw-away PostgreSQL and Redis for the tests: from the machine, else unpacked from the distribution's packages under
//! the target directory without installing anything. They listen on free loopback ports and end with this command.

pub mod find;

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::process::{self, Group};
use crate::term;
use crate::workspace::Workspace;
use find::Tools;

/// How long a service may take to answer.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The services of one test run.
pub struct Services {
    postgres: Group,
    redis: Group,
    folder: PathBuf,
    /// What the tests read.
    pub environment: Vec<(String, String)>,
}

/// Whether the services survive what nobody expects a test to survive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A loss of power may take everything: quick, for tests.
    None,
    /// Writes reach the disk, as in production: to measure what that costs.
    Production,
}

impl Services {
    /// Finds the programs and starts both, for tests.
    pub fn start(workspace: &Workspace) -> Result<Self> {
        Self::start_with(workspace, Durability::None)
    }

    /// The same, with this durability.
    pub fn start_with(workspace: &Workspace, durability: Durability) -> Result<Self> {
        let postgres = find::postgres(workspace)?;
        let redis = find::redis(workspace)?;
        let folder = std::env::temp_dir().join(format!("realcare-test-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let (postgres_port, redis_port) = (free_port()?, free_port()?);
        let postgres = start_postgres(&postgres, &folder, postgres_port, durability)?;
        let redis = start_redis(&redis, &folder, redis_port, durability)?;
        let environment = vec![
            (
                "REALCARE_TEST_POSTGRES_URL".to_owned(),
                format!("postgres://postgres@127.0.0.1:{postgres_port}/postgres"),
            ),
            (
                "REALCARE_TEST_REDIS_URL".to_owned(),
                format!("redis://127.0.0.1:{redis_port}"),
            ),
        ];
        let mut services = Self {
            postgres,
            redis,
            folder,
            environment,
        };
        wait_for(&mut services.postgres, postgres_port, "PostgreSQL")?;
        wait_for(&mut services.redis, redis_port, "Redis")?;
        Ok(services)
    }
}

impl Services {
    /// Where Redis answers.
    pub fn redis_url(&self) -> &str {
        self.url("REALCARE_TEST_REDIS_URL")
    }

    /// Where PostgreSQL answers: a database that may be written to.
    pub fn postgres_url(&self) -> &str {
        self.url("REALCARE_TEST_POSTGRES_URL")
    }

    fn url(&self, name: &str) -> &str {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, url)| url.as_str())
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        self.postgres.end(Signal::SIGINT, Duration::from_secs(5));
        self.redis.end(Signal::SIGTERM, Duration::from_secs(5));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn start_postgres(tools: &Tools, folder: &Path, port: u16, durability: Durability) -> Result<Group> {
    let data = folder.join("postgres");
    fs::create_dir_all(&data)?;
    let user = unprivileged(&data)?;
    let mut initdb = tools.command("initdb", user.as_ref());
    initdb
        .current_dir(&data)
        .arg("--pgdata")
        .arg(data.join("data"))
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
    if let Some(share) = &tools.share {
        initdb.arg("-L").arg(share);
    }
    process::read(&mut initdb).context("PostgreSQL cannot make a database")?;
    let mut postgres = tools.command("postgres", user.as_ref());
    postgres
        .current_dir(&data)
        .arg("-D")
        .arg(data.join("data"))
        .args(["-p", &port.to_string()]);
    postgres.args([
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
    ]);
    if durability == Durability::None {
        postgres.args(["-c", "fsync=off"]);
    }
    postgres.args(["-c", "max_connections=200"]);
    log_to(&mut postgres, &folder.join("postgres.log"))?;
    Group::start(&mut postgres)
}

fn start_redis(tools: &Tools, folder: &Path, port: u16, durability: Durability) -> Result<Group> {
    let mut redis = tools.command("redis-server", None);
    redis
        .current_dir(folder)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    redis.args(["--save", "", "--databases", "4096"]);
    redis.args(match durability {
        Durability::None => &["--appendonly", "no"][..],
        // As in docker-compose.dev.yml.
        Durability::Production => &["--appendonly", "yes", "--appendfsync", "always"],
    });
    log_to(&mut redis, &folder.join("redis.log"))?;
    Group::start(&mut redis)
}

fn log_to(command: &mut Command, path: &Path) -> Result<()> {
    let log = fs::File::create(path)?;
    command.stdout(log.try_clone()?).stderr(Stdio::from(log));
    Ok(())
}

/// PostgreSQL refuses to run as root. Then it gets an unprivileged user's id, and that user gets the folder.
fn unprivileged(folder: &Path) -> Result<Option<nix::unistd::User>> {
    if !nix::unistd::Uid::effective().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = nix::unistd::User::from_name(name)? {
            std::os::unix::fs::chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
            return Ok(Some(user));
        }
    }
    bail!("PostgreSQL does not run as root and there is no user `postgres` or `nobody`")
}

fn wait_for(service: &mut Group, port: u16, name: &str) -> Result<()> {
    let end = Instant::now() + START_LIMIT;
    while Instant::now() < end {
        if let Some(status) = service.exited()? {
            bail!("{name} ended at once ({status})");
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            term::note(format_args!("{name} on 127.0.0.1:{port}"));
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("{name} did not answer within {} s", START_LIMIT.as_secs())
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
