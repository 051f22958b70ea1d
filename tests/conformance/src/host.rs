//! A host process: the stand-in or Spin, started by the same words.

use std::{
    env,
    fs::{self, File},
    net::SocketAddr,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::case::Script;

/// Time to compile and start an app.
const START: Duration = Duration::from_secs(60);
/// Time to end after being asked to.
const END: Duration = Duration::from_secs(5);

/// A program that takes `up`.
#[derive(Clone)]
pub struct Host {
    /// How it is called in the results.
    pub name: &'static str,
    /// The program.
    pub program: PathBuf,
}

impl Host {
    /// Whether this is the real one.
    pub fn is_spin(&self) -> bool {
        self.name == "spin"
    }
}

/// Where a case runs.
pub struct App {
    /// Copy of the case with paths filled in.
    pub directory: PathBuf,
}

/// A started host.
pub struct Running {
    child: Child,
    output: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
}

/// How a start went.
pub enum Started {
    /// The app serves.
    Serves(Running),
    /// The host ended, having printed this.
    Ended(String),
}

impl App {
    /// Copies a case, with the paths of the guests put in place of their names.
    ///
    /// # Errors
    /// The files of the case cannot be copied.
    pub fn prepare(case: &Path, script: &Script, into: &Path, guests: &Path) -> Result<Self> {
        if into.exists() {
            fs::remove_dir_all(into)?;
        }
        fs::create_dir_all(into)?;
        for entry in fs::read_dir(case)? {
            let path = entry?.path();
            let mut text = fs::read_to_string(&path)?.replace("$GUESTS", &guests.display().to_string());
            if let Some(name) = &script.requires {
                text = text.replace(&format!("${name}"), &env::var(name)?);
            }
            fs::write(into.join(path.file_name().unwrap_or_default()), text)?;
        }
        Ok(Self {
            directory: into.to_owned(),
        })
    }

    /// Everything that the host printed so far.
    pub fn output(&self) -> String {
        fs::read_to_string(self.directory.join("output.txt")).unwrap_or_default()
    }
}

impl Host {
    /// Starts an app on a free port of the loopback interface.
    ///
    /// # Errors
    /// The program cannot be started, or neither serves nor ends in time.
    pub fn start(&self, app: &App, script: &Script) -> Result<Started> {
        let output = app.directory.join("output.txt");
        let log = File::options().create(true).append(true).open(&output)?;
        let before = log.metadata()?.len() as usize;
        let mut command = Command::new(&self.program);
        command.args([
            "up",
            "--from",
            "spin.toml",
            "--listen",
            "127.0.0.1:0",
            "--state-dir",
            "state",
        ]);
        command
            .args(&script.arguments)
            .envs(&script.environment)
            .current_dir(&app.directory);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            let printed = fs::read_to_string(&output)?.split_off(before);
            if let Some(address) = served_address(&printed) {
                return Ok(Started::Serves(Running {
                    child,
                    output,
                    address,
                }));
            }
            if child.try_wait()?.is_some() {
                return Ok(Started::Ended(fs::read_to_string(&output)?.split_off(before)));
            }
            thread::sleep(Duration::from_millis(20));
        }
        signal(&child, "KILL");
        child.wait()?;
        bail!("{} neither served nor ended in {START:?}", self.name)
    }
}

/// The address in `Serving http://…`, once the routes were announced too.
fn served_address(output: &str) -> Option<SocketAddr> {
    let (_, rest) = output.split_once("Serving")?;
    let (line, rest) = rest.split_once('\n')?;
    rest.contains("Available Routes:").then_some(())?;
    let start = line.find("http://")? + "http://".len();
    let address: String = line[start..]
        .chars()
        .take_while(|&c| c.is_ascii_digit() || matches!(c, '.' | ':'))
        .collect();
    address.parse().ok()
}

impl Running {
    /// Asks the host to end, and waits.
    ///
    /// # Errors
    /// It does not end in time and had to be killed.
    pub fn stop(mut self) -> Result<Duration> {
        signal(&self.child, "INT");
        let asked = Instant::now();
        while asked.elapsed() < END {
            if self.child.try_wait()?.is_some() {
                return Ok(asked.elapsed());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("did not end in {END:?}; see {}", self.output.display())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            signal(&self.child, "KILL");
            let _ = self.child.wait();
        }
    }
}

/// Signals the group of a process, because Spin serves from a child of its own.
fn signal(child: &Child, name: &str) {
    let _ = Command::new("kill")
        .args([&format!("-{name}"), "--", &format!("-{}", child.id())])
        .status();
}
