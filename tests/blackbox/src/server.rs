//! The process that serves an app: the stand-in host, or Spin where `$SPIN` names it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Time until the app listens; the first start compiles its components.
const START: Duration = Duration::from_secs(60);

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it is told what to break, if it can be.
    pub faults: Option<SocketAddr>,
}

/// How a start went.
pub enum Started {
    /// The server listens.
    Serves(Server),
    /// It ended, having printed this.
    Ended(String),
}

/// What a server is started with.
pub struct Start<'a> {
    /// The manifest.
    pub manifest: &'a Path,
    /// The folder it runs in.
    pub folder: &'a Path,
    /// Where it keeps its state.
    pub state: &'a Path,
    /// Which backends it uses.
    pub runtime_config: &'a Path,
    /// Where its output goes.
    pub output: &'a Path,
    /// The variables of the application.
    pub variables: &'a BTreeMap<String, String>,
    /// Whether it takes faults; only the stand-in host does.
    pub is_breakable: bool,
}

impl Start<'_> {
    /// Starts the server on a free port and waits until it listens.
    ///
    /// One start at a time on this machine, so that several do not compile the same components side by side.
    pub fn run(&self) -> Started {
        let turn = File::create(target().join("blackbox-start.lock")).expect("the lock file can be made");
        turn.lock().expect("the turn comes");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.output)
            .expect("the output file opens");
        let before = usize::try_from(log.metadata().expect("its size").len()).expect("a small file");
        let mut child = self.command(&log).spawn().expect("the server starts");
        let end = Instant::now() + START;
        loop {
            let printed = fs::read(self.output)
                .expect("the output can be read")
                .split_off(before);
            let printed = String::from_utf8_lossy(&printed).into_owned();
            if let Some(address) = served_address(&printed) {
                let faults = printed_address(&printed, "Faults");
                return Started::Serves(Server {
                    child,
                    address,
                    faults,
                });
            }
            if child.try_wait().expect("the server can be asked").is_some() {
                return Started::Ended(printed);
            }
            if Instant::now() > end {
                kill(&mut child);
                panic!("the server did not listen within {START:?}: {printed}");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn command(&self, log: &File) -> Command {
        let mut command = tied(&program());
        command.current_dir(self.folder).arg("up");
        command.arg("--from").arg(self.manifest);
        command
            .args(["--listen", "127.0.0.1:0", "--state-dir"])
            .arg(self.state);
        command.arg("--runtime-config-file").arg(self.runtime_config);
        if self.is_breakable {
            command.args(["--faults", "127.0.0.1:0"]);
        }
        // What the machine has set for itself must not leak in.
        let foreign = env::vars_os().map(|(name, _)| name);
        for name in foreign.filter(|name| name.to_string_lossy().starts_with("SPIN_")) {
            command.env_remove(name);
        }
        for (name, value) in self.variables {
            command.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        if env::var_os("REALCARE_HOST_CACHE").is_none() {
            // Components are compiled once for all apps.
            command.env("REALCARE_HOST_CACHE", target().join("host-cache"));
        }
        let log = |_| Stdio::from(log.try_clone().expect("a second handle"));
        command
            .stdin(Stdio::null())
            .stdout(log(()))
            .stderr(log(()))
            .process_group(0);
        command
    }
}

impl Server {
    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(mut self) {
        kill(&mut self.child);
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        kill(&mut self.child);
    }
}

/// Kills the group, because Spin serves from a child of its own.
fn kill(child: &mut Child) {
    if child.try_wait().is_ok_and(|status| status.is_none()) {
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", child.id())])
            .status();
        let _ = child.wait();
    }
}

/// The address in `Serving http://…`, once the routes were announced too.
fn served_address(output: &str) -> Option<SocketAddr> {
    let (_, rest) = output.split_once("Serving")?;
    rest.contains("Available Routes:").then_some(())?;
    printed_address(output, "Serving")
}

/// The address in `<word> http://…`.
fn printed_address(output: &str, word: &str) -> Option<SocketAddr> {
    let (_, rest) = output.split_once(word)?;
    let (line, _) = rest.split_once('\n')?;
    let (_, address) = line.split_once("http://")?;
    address.trim().trim_end_matches('/').parse().ok()
}

/// Whether the tests run on Spin, and not on the stand-in.
pub fn is_spin() -> bool {
    named("SPIN").is_some()
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn program() -> PathBuf {
    let program = named("SPIN").or_else(|| named("REALCARE_HOST_BIN"));
    let program = program.unwrap_or_else(|| target().join("host/realcare-host"));
    assert!(
        program.exists(),
        "{} is missing: run `cargo build --profile host --package realcare-host`, or set REALCARE_HOST_BIN or SPIN",
        program.display()
    );
    program
}

/// The target directory that this test was built into: two folders above the one of its profile's test programs.
fn target() -> PathBuf {
    let own = env::current_exe().expect("this program has a path");
    own.ancestors()
        .nth(3)
        .expect("a program in the target directory")
        .to_owned()
}

/// A command that ends with this process even if this process is killed, where the system can arrange that.
fn tied(program: &Path) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if setpriv.exists() {
        let mut command = Command::new(setpriv);
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}
