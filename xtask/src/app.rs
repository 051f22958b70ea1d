//! The app for a measurement or a check: its own address, its own folder, limits out of the way.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::bench::affinity::Cores;
use crate::components::{self, Profile};
use crate::process::{self, Group};
use crate::server::{self, Runtime, Start};
use crate::workspace::Workspace;
use crate::{migrate, sample, secrets, term, toolchain};

/// A running app.
pub struct App {
    /// Where it answers.
    pub address: SocketAddr,
    /// On what it runs.
    pub title: String,
    /// Its database file.
    pub database: PathBuf,
    /// The folder that holds what it writes.
    pub folder: PathBuf,
    runtime: Runtime,
    start: Start,
    cores: Option<Cores>,
    server: Group,
}

/// How it is started.
#[derive(Clone)]
pub struct Launch<'a> {
    /// The folder in the target directory that holds what it writes.
    pub folder: &'a str,
    /// How the components are built; they are taken as they lie there without one.
    pub profile: Option<Profile>,
    /// Where it answers.
    pub address: SocketAddr,
    /// Variables of the application, on top of the development secrets.
    pub variables: Vec<(&'a str, String)>,
    /// Another manifest than the project's own.
    pub manifest: Option<PathBuf>,
    /// Further flags of the runtime.
    pub flags: Vec<String>,
    /// Where counters and revocations are.
    pub stores: Stores,
    /// On which core it runs.
    pub cores: Option<Cores>,
    /// How the embedded database keeps its journal, if not in WAL.
    pub journal: Option<&'static str>,
}

/// Where key-value stores are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stores {
    /// As in development: counters in memory, the rest in files.
    #[default]
    Embedded,
    /// As without any configuration: each in a file.
    Files,
    /// A Redis server with this address.
    Redis(String),
}

impl<'a> Launch<'a> {
    /// As a person would start it.
    pub fn new(folder: &'a str, profile: Option<Profile>) -> Result<Self> {
        Ok(Self {
            folder,
            profile,
            address: free_address()?,
            variables: Vec::new(),
            manifest: None,
            flags: Vec::new(),
            stores: Stores::default(),
            cores: None,
            journal: None,
        })
    }
}

/// An address on the loopback interface that nobody listens on.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A client that keeps its connection and takes every status for an answer.
pub fn agent() -> ureq::Agent {
    let settings = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    settings.into()
}

impl App {
    /// Builds and starts it with sample data.
    pub fn start(workspace: &Workspace, launch: Launch<'_>) -> Result<Self> {
        toolchain::ensure(workspace)?;
        if let Some(profile) = launch.profile {
            components::build(workspace, profile, &[])?;
        }
        let folder = fresh_folder(workspace, launch.folder)?;
        let database = folder.join("realcare.db");
        migrate::apply(workspace, &format!("sqlite:{}", database.display()))?;
        sample::load(&database)?;
        Self::start_over(workspace, launch, &folder)
    }

    /// Starts it over what lies in `folder`: a database that is migrated and filled.
    pub fn start_over(workspace: &Workspace, launch: Launch<'_>, folder: &Path) -> Result<Self> {
        let runtime = Runtime::choose(workspace)?;
        process::catch_signals()?;
        term::step(format_args!("starting on {}", runtime.title));
        let mut environment: Vec<(String, String)> = secrets::ensure(&workspace.root)?.into_iter().collect();
        let limits = "anonymous=1000000000,sign_in=1000000000,free=1000000000,premium=1000000000,admin=1000000000,\
                      chat=1000000000";
        environment.push(variable("rate_limits", limits.to_owned()));
        let own = launch.variables.into_iter();
        environment.extend(own.map(|(name, value)| variable(name, value)));
        let start = Start {
            manifest: launch.manifest,
            logs: Some(folder.join("logs")),
            flags: launch.flags,
            listen: launch.address,
            runtime_config: Some(runtime_config(folder, &launch.stores)?),
            environment,
        };
        let server = serve(workspace, &runtime, &start, launch.cores)?;
        Ok(Self {
            address: launch.address,
            title: runtime.title.clone(),
            database: folder.join("realcare.db"),
            folder: folder.to_owned(),
            runtime,
            start,
            cores: launch.cores,
            server,
        })
    }

    /// A second process of the same app, over the same files.
    pub fn twin(&self, workspace: &Workspace) -> Result<Self> {
        let address = free_address()?;
        let start = Start {
            listen: address,
            ..self.start.clone()
        };
        let server = serve(workspace, &self.runtime, &start, self.cores)?;
        Ok(Self {
            address,
            title: self.title.clone(),
            database: self.database.clone(),
            folder: self.folder.clone(),
            runtime: self.runtime.clone(),
            start,
            cores: self.cores,
            server,
        })
    }

    /// Signs a sample person in and finds a signal: an access token and an id.
    pub fn prepare(&self) -> Result<(String, String)> {
        let login = json!({"email": sample::PERSON, "password": sample::PASSWORD});
        let url = format!("http://{}/api/v1/auth/login", self.address);
        let mut answer = agent()
            .post(&url)
            .header("content-type", "application/json")
            .send(login.to_string())
            .context("cannot sign in")?;
        let answer = read(&mut answer)?;
        let token = answer["access_token"]
            .as_str()
            .with_context(|| format!("no access token in {answer}"))?;
        let mut list = agent()
            .get(format!("http://{}/api/v1/signals?limit=1", self.address))
            .header("authorization", format!("Bearer {token}"))
            .call()
            .context("cannot list signals")?;
        let list = read(&mut list)?;
        let id = list["items"][0]["id"]
            .as_str()
            .with_context(|| format!("no signal in {list}"))?;
        Ok((token.to_owned(), id.to_owned()))
    }

    /// Begins the analysis of a contract: the path of its progress.
    pub fn begin_analysis(&self, token: &str) -> Result<String> {
        let begin = |path: &str, body: Value| -> Result<Value> {
            let url = format!("http://{}{path}", self.address);
            let mut answer = agent()
                .post(&url)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json")
                .send(body.to_string())
                .with_context(|| format!("cannot post to {path}"))?;
            read(&mut answer)
        };
        let contract = begin("/api/v1/contracts", sample::contract())?;
        let id = contract["id"]
            .as_str()
            .with_context(|| format!("no contract in {contract}"))?;
        let analysis = begin(&format!("/api/v1/contracts/{id}/analysis"), json!({}))?;
        let id = analysis["id"]
            .as_str()
            .with_context(|| format!("no analysis in {analysis}"))?;
        Ok(format!("/api/v1/progress/{id}"))
    }

    /// A `POST` of JSON on this connection: the status and how long it took.
    pub fn post(&self, agent: &ureq::Agent, path: &str, body: &Value) -> Result<(u16, Duration)> {
        let url = format!("http://{}{path}", self.address);
        let body = body.to_string();
        let start = Instant::now();
        let mut answer = agent
            .post(&url)
            .header("content-type", "application/json")
            .send(body)?;
        answer.body_mut().read_to_vec()?;
        Ok((answer.status().as_u16(), start.elapsed()))
    }

    /// The variables that it was started with.
    pub fn environment(&self) -> &[(String, String)] {
        &self.start.environment
    }

    /// Its process group.
    pub fn group(&self) -> u32 {
        self.server.id()
    }

    /// Stops it.
    pub fn end(&mut self) {
        self.server.end(Signal::SIGINT, Duration::from_secs(5));
    }
}

fn serve(workspace: &Workspace, runtime: &Runtime, start: &Start, cores: Option<Cores>) -> Result<Group> {
    let begin = || runtime.start(workspace, start);
    let mut server = match cores {
        Some(cores) => cores.server(begin)?,
        None => begin()?,
    };
    // On one core, compiling all components takes its time.
    server::wait_ready(
        &mut server,
        start.listen,
        Duration::from_secs(300),
        &process::stopped,
    )?;
    Ok(server)
}

fn read(answer: &mut ureq::http::Response<ureq::Body>) -> Result<Value> {
    let text = answer.body_mut().read_to_string()?;
    serde_json::from_str(&text).with_context(|| format!("not JSON: {text}"))
}

/// As Spin finds it in its environment.
fn variable(name: &str, value: String) -> (String, String) {
    (format!("SPIN_VARIABLE_{}", name.to_uppercase()), value)
}

/// An empty folder in the target directory.
pub fn fresh_folder(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.target.join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn runtime_config(folder: &Path, stores: &Stores) -> Result<PathBuf> {
    let path = folder.join("runtime-config.toml");
    let folder = folder.display();
    let mut text = format!("[sqlite_database.default]\ntype = \"spin\"\npath = \"{folder}/realcare.db\"\n\n");
    for label in ["revocations", "counters", "progress"] {
        let kept = *stores == Stores::Files || label == "revocations";
        let how = match stores {
            Stores::Redis(url) => format!("type = \"redis\"\nurl = \"{url}\""),
            _ if kept => format!("type = \"spin\"\npath = \"{folder}/{label}.db\""),
            _ => "type = \"spin\"".to_owned(),
        };
        text.push_str(&format!("[key_value_store.{label}]\n{how}\n\n"));
    }
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
