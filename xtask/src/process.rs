//! Running other programs: with a time limit, with their output kept, and so that nothing outlives this command.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Finds a program on `PATH`.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| is_executable(candidate))
}

/// Whether this is a file that can be run.
pub fn is_executable(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Runs a program with its output shown; a failure is an error that says `advice`.
pub fn run(command: &mut Command, advice: &str) -> Result<()> {
    let name = program_name(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status}): {advice}");
    }
    Ok(())
}

/// Runs a program and gives its standard output as text; a failure carries the last line of its error output.
pub fn read(command: &mut Command) -> Result<String> {
    let name = program_name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name}: {}", last_line(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program for at most `limit`; `Ok(false)` if it failed, an error if it did not end in time or this command was asked to end.
pub fn run_bounded(command: &mut Command, limit: Duration) -> Result<bool> {
    let mut group = Group::start(command)?;
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if let Some(status) = group.child.try_wait()? {
            return Ok(status.success());
        }
        if stopped() {
            bail!("{} was stopped", program_name(command));
        }
        std::thread::sleep(TICK);
    }
    bail!(
        "{} did not end within {} s",
        program_name(command),
        limit.as_secs()
    )
}

/// A program with everything that it starts, ended together when dropped.
pub struct Group {
    child: Child,
    ended: bool,
}

impl Group {
    /// Starts the program as leader of a process group of its own, without standard input.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = program_name(command);
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot run {name}"))?;
        Ok(Self { child, ended: false })
    }

    /// The group's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the leader still runs; if not, how it ended.
    pub fn exited(&mut self) -> Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks the group to end with `signal`, and after `grace` makes it.
    pub fn end(&mut self, signal: Signal, grace: Duration) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let group = Pid::from_raw(self.child.id().cast_signed());
        let _ = killpg(group, signal);
        let end = Instant::now() + grace;
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(TICK);
        }
        // Also when the leader is gone: what it started may not be.
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end(Signal::SIGTERM, Duration::from_secs(5));
    }
}

/// A command that the kernel ends when this process dies, however it dies; plain where `setpriv` is missing.
pub fn tied(program: impl AsRef<OsStr>) -> Command {
    match which("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "TERM", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn program_name(command: &Command) -> String {
    std::path::Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no output")
        .trim()
        .to_owned()
}

/// Set by a signal that asks this command to end.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C, SIGTERM and SIGHUP only set a flag, so that everything that was started is ended in order. Asking again changes
/// nothing.
pub fn catch_signals() -> Result<()> {
    if CAUGHT.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed)).context("cannot handle Ctrl-C")
}

/// Whether the handler is there.
static CAUGHT: AtomicBool = AtomicBool::new(false);

/// Whether such a signal has come.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}
