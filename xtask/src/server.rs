//! What runs the app: real Spin where there is one, else the stand-in host of `tests/host`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, Group};
use crate::term;
use crate::workspace::{Workspace, cargo};

/// The oldest Spin that has what the components import.
const OLDEST_SPIN: (u64, u64) = (4, 1);

/// The package and binary of the stand-in.
pub const HOST: &str = "realcare-host";

/// A program that serves `spin.toml`.
#[derive(Clone)]
pub struct Runtime {
    /// Where it is.
    pub program: PathBuf,
    /// What it is, for a person.
    pub title: String,
}

impl Runtime {
    /// `$SPIN`, else `spin` from `PATH` if new enough, else the stand-in: `$REALCARE_HOST_BIN`, or built first.
    pub fn choose(workspace: &Workspace) -> Result<Self> {
        if let Some(spin) = spin_from_environment()? {
            return Ok(spin);
        }
        if let Some(program) = process::which("spin") {
            match check_spin(&program) {
                Ok(spin) => return Ok(spin),
                Err(error) => term::note(format_args!("not using {}: {error:#}", program.display())),
            }
        }
        match std::env::var_os("REALCARE_HOST_BIN").filter(|path| !path.is_empty()) {
            Some(program) => Ok(stand_in(PathBuf::from(program))),
            None => build_host(workspace),
        }
    }

    /// Starts the app, answering at `listen`.
    pub fn start(&self, workspace: &Workspace, start: &Start) -> Result<Group> {
        let mut command = process::tied(&self.program);
        command.current_dir(&workspace.root).arg("up");
        match &start.manifest {
            Some(manifest) => command.arg("--from").arg(manifest),
            None => command.args(["--from", "spin.toml"]),
        };
        command.args(["--quiet", "--state-dir", ".spin"]);
        command.args(["--listen", &start.listen.to_string()]);
        if let Some(folder) = &start.logs {
            command.arg("--log-dir").arg(folder);
        }
        command.args(&start.flags);
        if let Some(file) = &start.runtime_config {
            command.arg("--runtime-config-file").arg(file);
        }
        for (name, value) in &start.environment {
            command.env(name, value);
        }
        Group::start(&mut command)
    }
}

/// How to start the app.
#[derive(Clone)]
pub struct Start {
    /// Another manifest than the project's own.
    pub manifest: Option<PathBuf>,
    /// Where the components' output goes, if not to the usual place.
    pub logs: Option<PathBuf>,
    /// Further flags, which Spin and the stand-in both know.
    pub flags: Vec<String>,
    /// Where it answers.
    pub listen: SocketAddr,
    /// Which backends it uses.
    pub runtime_config: Option<PathBuf>,
    /// Variables, secrets among them: not on the command line, which every user of the machine can read.
    pub environment: Vec<(String, String)>,
}

/// Spin as named by `$SPIN`; one that is named and unusable is an error, not a reason to take another.
pub fn spin_from_environment() -> Result<Option<Runtime>> {
    match std::env::var_os("SPIN").filter(|path| !path.is_empty()) {
        Some(path) => check_spin(Path::new(&path))
            .map(Some)
            .context("$SPIN cannot be used, unset or correct it"),
        None => Ok(None),
    }
}

fn check_spin(program: &Path) -> Result<Runtime> {
    let text = process::read(Command::new(program).arg("--version"))?;
    let text = text.trim();
    let version = version(text).with_context(|| format!("its version cannot be read from {text:?}"))?;
    if version < OLDEST_SPIN {
        bail!(
            "it is {text}, needed is {}.{} or newer",
            OLDEST_SPIN.0,
            OLDEST_SPIN.1
        );
    }
    Ok(Runtime {
        program: program.to_owned(),
        title: format!("{text} at {}", program.display()),
    })
}

/// The first two numbers of `spin 4.1.0-pre0 (… )`.
fn version(text: &str) -> Option<(u64, u64)> {
    let mut numbers = text.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Builds the stand-in host and gives its path.
pub fn build_host(workspace: &Workspace) -> Result<Runtime> {
    if workspace.package(HOST).is_none() {
        bail!(
            "no Spin and no stand-in: put spin 4.1 or newer on PATH or set $SPIN (the package {HOST} is missing)"
        );
    }
    term::step("building the stand-in host (minutes the first time)");
    let program = build_tool(workspace, HOST, "host")?;
    Ok(stand_in(program))
}

fn stand_in(program: PathBuf) -> Runtime {
    let title = format!(
        "the stand-in host at {} (no Spin found: a test tool, production is Spin)",
        program.display()
    );
    Runtime { program, title }
}

/// Builds a program of the workspace and gives its path.
pub fn build_tool(workspace: &Workspace, package: &str, profile: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command.current_dir(&workspace.root).args([
        "build",
        "--quiet",
        "--profile",
        profile,
        "--package",
        package,
    ]);
    process::run(
        &mut command,
        &format!("{package} does not build, see the messages above"),
    )?;
    Ok(workspace.target.join(profile).join(package))
}

/// Says in time that somebody else has the port.
pub fn check_free(listen: SocketAddr) -> Result<()> {
    match TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("{listen} is in use: stop what runs there or choose another address with --listen")
        }
        Err(error) => {
            Err(error).with_context(|| format!("cannot listen on {listen}; choose another with --listen"))
        }
    }
}

/// Waits until `/health/live` answers 200; fails when the server ends or the time is up.
pub fn wait_ready(
    server: &mut Group,
    address: SocketAddr,
    limit: Duration,
    stop: &dyn Fn() -> bool,
) -> Result<()> {
    let end = Instant::now() + limit;
    while Instant::now() < end && !stop() {
        if let Some(status) = server.exited()? {
            bail!("the server ended at once ({status}): its message stands above");
        }
        if live(address).is_ok_and(|answer| answer) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    if stop() {
        return Ok(());
    }
    bail!(
        "the server did not answer GET /health/live with 200 within {} s: look at .spin/logs",
        limit.as_secs()
    )
}

/// One request without an HTTP library: the status line is all that is needed.
fn live(address: SocketAddr) -> Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET /health/live HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(head.starts_with(b"HTTP/1.1 200"))
}

/// Where a client on this machine reaches a server that listens on `listen`.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn reads_what_spin_says() {
        assert_eq!(version("spin 4.1.0-pre0 (abc 2026-01-01)"), Some((4, 1)));
        assert_eq!(version("spin 3.10.2"), Some((3, 10)));
        assert_eq!(version("spin"), None);
    }
}
