//! `cargo xtask up`: from a clean clone to a running app in one command.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use nix::sys::signal::Signal;

use crate::components::{self, Profile};
use crate::server::{self, Runtime, Start};
use crate::workspace::Workspace;
use crate::{manifest, migrate, process, sample, secrets, term, toolchain};

/// The backends of development, where the folder has it.
const RUNTIME_CONFIG: &str = "runtime-config/local.toml";

/// How long a first start may take: the runtime compiles every component.
const START_LIMIT: Duration = Duration::from_secs(120);

/// What `cargo xtask up` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Address to serve at
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Build the components as deployed
    #[arg(long)]
    release: bool,
    /// Fill an empty database with people and signals to look at
    #[arg(long)]
    sample: bool,
    /// Runtime configuration (which stores and databases are used) [default: runtime-config/local.toml]
    #[arg(long, value_name = "FILE")]
    runtime_config: Option<PathBuf>,
}

/// Runs `cargo xtask up` until Ctrl-C.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    server::check_free(args.listen)?;
    // A mistake in $SPIN is worth knowing before anything is built.
    server::spin_from_environment()?;
    let routes = manifest::routes(&manifest::load(&workspace.root)?);
    let runtime_config = runtime_config(workspace, args.runtime_config.as_ref())?;
    toolchain::ensure(workspace)?;
    components::build(workspace, Profile::from_flag(args.release), &[])?;
    let secrets = secrets::ensure(&workspace.root)?;
    term::step("migrating the database");
    migrate::apply(workspace, migrate::DEFAULT_URL)?;
    if args.sample {
        sample::load(&workspace.root.join(migrate::DEFAULT_PATH))?;
    }
    let runtime = Runtime::choose(workspace)?;
    process::catch_signals()?;
    term::step(format_args!("starting on {}", runtime.title));
    // Again: building takes time, and the runtime's own message is longer.
    server::check_free(args.listen)?;
    let environment = environment(secrets, server::reachable(args.listen));
    let mut server = runtime.start(
        workspace,
        &Start {
            manifest: None,
            logs: None,
            flags: Vec::new(),
            listen: args.listen,
            runtime_config,
            environment,
        },
    )?;
    let address = server::reachable(args.listen);
    server::wait_ready(&mut server, address, START_LIMIT, &process::stopped)?;
    if !process::stopped() {
        welcome(address, &routes);
    }
    while !process::stopped() {
        if let Some(status) = server.exited()? {
            bail!("the server ended by itself ({status}): its message stands above");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    term::step("stopping");
    server.end(Signal::SIGINT, Duration::from_secs(5));
    Ok(())
}

fn runtime_config(workspace: &Workspace, given: Option<&PathBuf>) -> Result<Option<PathBuf>> {
    match given {
        Some(file) => {
            let file = std::path::absolute(file)?;
            if !file.is_file() {
                bail!("--runtime-config: no file {}", file.display());
            }
            Ok(Some(file))
        }
        None => Ok(Some(workspace.root.join(RUNTIME_CONFIG)).filter(|file| file.is_file())),
    }
}

/// The variables of development. What the caller's environment already says wins.
fn environment(secrets: BTreeMap<String, String>, address: SocketAddr) -> Vec<(String, String)> {
    let own = [
        ("SPIN_VARIABLE_ENVIRONMENT".to_owned(), "development".to_owned()),
        ("SPIN_VARIABLE_PUBLIC_URL".to_owned(), format!("http://{address}")),
    ];
    own.into_iter()
        .chain(secrets)
        .filter(|(name, _)| std::env::var_os(name).is_none())
        .collect()
}

fn welcome(address: SocketAddr, routes: &[manifest::Route]) {
    println!("\nRealCare Edge answers at http://{address}\n");
    let mut rows = vec![term::row(["route", "component"])];
    rows.extend(
        routes
            .iter()
            .map(|route| vec![route.path.clone(), route.component.clone()]),
    );
    term::table(&rows);
    println!("\n  mail of development: http://{address}/api/v1/dev/outbox");
    println!("  log of each component: .spin/logs/<component>_stderr.txt");
    println!("  documentation: README.md and docs/");
    println!("\nA tour, to paste into another terminal:\n\n{}", tour(address));
    println!("Ctrl-C ends it.");
}

/// Three lines of shell that need nothing but curl, grep and cut. The address is new each time, so that they can be
/// pasted again.
fn tour(address: SocketAddr) -> String {
    const TOUR: &str = r#"B=http://@/api/v1 J='content-type: application/json' E=tour-$(date +%s)@example.com P='Correct-Horse-7-Battery'; curl -sS -H "$J" $B/auth/register -d "{\"email\":\"$E\",\"password\":\"$P\",\"name\":\"Tour\"}"; echo
T=$(curl -sS $B/dev/outbox | tr '{}' '\n\n' | grep -F "$E" | grep -o '"token":"[^"]*"' | cut -d'"' -f4); curl -sS -w 'verified: %{http_code}\n' -H "$J" $B/auth/verify-email -d "{\"token\":\"$T\"}"
A=$(curl -sS -H "$J" $B/auth/login -d "{\"email\":\"$E\",\"password\":\"$P\"}" | grep -o '"access_token":"[^"]*"' | cut -d'"' -f4); curl -sS -H "authorization: Bearer $A" $B/auth/me; echo
"#;
    TOUR.replacen('@', &address.to_string(), 1)
}
