//! Servers that are compared with: started on the server's core, found when they answer.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::affinity::Cores;
use crate::app::{self, App};
use crate::process::{self, Group};

/// How long a start may take.
const START: Duration = Duration::from_secs(60);

/// One such server.
pub struct Server {
    /// Where it answers.
    pub address: SocketAddr,
    process: Group,
}

impl Server {
    /// Starts it with the variables of an app, whose tokens it must accept, and waits until it answers anything.
    pub fn start(command: &mut Command, address: SocketAddr, app: &App, cores: Cores) -> Result<Self> {
        let log = std::fs::File::create(app.folder.join(format!("log-{}", address.port())))?;
        command
            .envs(app.environment().iter().cloned())
            .stdout(log.try_clone()?)
            .stderr(log);
        let process = cores.server(|| Group::start(command))?;
        let mut server = Self { address, process };
        let end = Instant::now() + START;
        while Instant::now() < end && !process::stopped() {
            if let Some(status) = server.process.exited()? {
                bail!(
                    "a server to compare with ended at once ({status}): look into {}",
                    app.folder.display()
                );
            }
            if app::agent().get(format!("http://{address}/")).call().is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!(
            "a server to compare with did not answer: look into {}",
            app.folder.display()
        )
    }

    /// Its process group.
    pub fn group(&self) -> u32 {
        self.process.id()
    }
}
