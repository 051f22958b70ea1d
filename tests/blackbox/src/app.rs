//! One app: a folder, a database, secrets and a server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::NO_LIMITS;
use crate::client::Client;
use crate::faults::Faults;
use crate::folder::Folder;
use crate::gemini::GeminiStandIn;
use crate::log::Log;
use crate::manifest;
use crate::place::Place;
use crate::relay::Relay;
use crate::secrets::Secrets;
use crate::server::{Server, Start, Started};

/// Time until the started app answers.
const LIVE: Duration = Duration::from_secs(30);

/// A running app. It and everything it wrote go away with this value.
pub struct App {
    // Before the folder, so that the server is gone when its files go.
    server: Option<Server>,
    place: Place,
    folder: Folder,
    variables: BTreeMap<String, String>,
    /// What it was started with.
    pub secrets: Secrets,
    client: Option<Client>,
    is_breakable: bool,
}

/// What the app finds where its database should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A database with all migrations.
    Migrated,
    /// Nothing: no migration ever ran.
    Empty,
    /// None that can be opened.
    Missing,
}

/// An app that is being put together.
#[must_use]
pub struct Builder {
    variables: BTreeMap<String, Option<String>>,
    database: Database,
    profiles: Vec<&'static str>,
    relays: Vec<(String, String)>,
    is_breakable: bool,
}

impl App {
    /// A development app without reachable limits.
    pub fn start() -> Self {
        Self::with().start()
    }

    /// An app that differs from that.
    pub fn with() -> Builder {
        Builder {
            variables: BTreeMap::new(),
            database: Database::Migrated,
            profiles: Vec::new(),
            relays: Vec::new(),
            is_breakable: false,
        }
    }

    /// Talks to it.
    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("the app runs")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("the app runs").address
    }

    /// What it printed, since its first start.
    pub fn log(&self) -> Log<'_> {
        Log::new(|| String::from_utf8_lossy(&fs::read(self.output()).unwrap_or_default()).into_owned())
    }

    /// Where its data lies.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Runs statements on its database; gives the rows of the last query, every value as text and an absent one as nothing.
    pub fn rows(&self, statements: &str) -> Vec<Vec<String>> {
        self.place.rows(statements)
    }

    /// The only value of the only row.
    pub fn value(&self, query: &str) -> String {
        let mut rows = self.rows(query);
        let only = rows.len() == 1 && rows[0].len() == 1;
        assert!(only, "one value: {query}: {rows:?}");
        rows.remove(0).remove(0)
    }

    /// A folder of its own, for the test's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts something in place of the store `revocations` that cannot be read.
    pub fn break_revocations(&self) {
        self.place.break_revocations(&self.runtime_config());
    }

    /// Runs `cargo xtask` with these arguments on the app's database.
    pub fn xtask(&self, arguments: &[&str]) {
        xtask(arguments, &self.place.url());
    }

    /// Runs `cargo xtask maintain` on the app, and gives what it prints.
    pub fn maintain(&self) -> String {
        let key = [("SPIN_VARIABLE_INTERNAL_KEY", self.secrets.internal_key.as_str())];
        command(&["maintain"], &format!("http://{}", self.address()), &key)
    }

    /// Sets a variable for the next start.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Kills the server without notice.
    pub fn kill(&mut self) {
        self.client = None;
        self.server.take().expect("the app runs").kill();
    }

    /// The switches by which it is broken.
    pub fn faults(&self) -> Faults {
        let server = self.server.as_ref().expect("the app runs");
        Faults::at(server.faults.expect("the app can be broken"))
    }

    /// Whether the server is there; it may have been told to kill itself.
    pub fn runs(&mut self) -> bool {
        self.server.as_mut().is_some_and(Server::runs)
    }

    /// Every invariant of the data holds (docs/invariants.md).
    pub fn check_data(&self) {
        self.xtask(&["check-data", "--brief"]);
    }

    /// Starts the server again on the same files.
    pub fn start_again(&mut self) {
        match self.run() {
            Started::Serves(server) => self.serve(server),
            Started::Ended(output) => panic!("the app did not start: {output}"),
        }
    }

    fn serve(&mut self, mut server: Server) {
        let client = Client::new(&format!("http://{}", server.address));
        let end = Instant::now() + LIVE;
        while !client
            .get("/health/live")
            .attempt()
            .is_ok_and(|answer| answer.status == 200)
        {
            let waits = Instant::now() < end && server.runs();
            assert!(
                waits,
                "GET /health/live is not answered by 200: {}",
                self.log().text()
            );
            thread::sleep(Duration::from_millis(20));
        }
        (self.server, self.client) = (Some(server), Some(client));
    }

    fn run(&self) -> Started {
        let start = Start {
            manifest: &self.folder.path().join("spin.toml"),
            folder: self.folder.path(),
            state: &self.state(),
            runtime_config: &self.runtime_config(),
            output: &self.output(),
            variables: &self.variables,
            is_breakable: self.is_breakable,
        };
        start.run()
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn runtime_config(&self) -> PathBuf {
        self.folder.path().join("runtime-config.toml")
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("output.txt")
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the app printed:\n{}", self.log().text());
        }
    }
}

impl Builder {
    /// Sets a variable of the application.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), Some(value.to_owned()));
        self
    }

    /// Leaves a variable unset.
    pub fn without_variable(mut self, name: &str) -> Self {
        self.variables.insert(name.to_owned(), None);
        self
    }

    /// Lowers one limit; the others stay out of reach.
    pub fn limit(self, class: &str, per_minute: u32) -> Self {
        let mut limits = NO_LIMITS.split(',').map(|pair| match pair.split_once('=') {
            Some((name, _)) if name == class => format!("{class}={per_minute}"),
            _ => pair.to_owned(),
        });
        let first = limits.next().unwrap_or_default();
        let all = limits.fold(first, |all, pair| format!("{all},{pair}"));
        self.variable("rate_limits", &all)
    }

    /// Puts something else where the database should be.
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    /// Hands mails to this provider instead of keeping them.
    pub fn mail_provider(mut self, provider: &str, endpoint: &str) -> Self {
        self.profiles.push("mail-http");
        self.variable("mail_provider", provider)
            .variable("mail_endpoint", endpoint)
            .variable("mail_key_id", "AKIDEXAMPLE")
            .variable("mail_api_key", "the-key-of-the-mail-api")
            .variable("mail_from", "RealCare <no-reply@example.com>")
    }

    /// Has contracts analysed and plans written by this API instead of by rules.
    pub fn gemini(mut self, api: &GeminiStandIn) -> Self {
        self.profiles.push("analyst-gemini");
        self.variable("gemini_api_key", "the-key-of-gemini")
            .variable("gemini_endpoint", &api.endpoint())
    }

    /// Composes what this profile of the manifest says, after what was chosen before, instead of the defaults.
    pub fn profile(mut self, name: &'static str) -> Self {
        self.profiles = vec![name];
        self
    }

    /// Reaches the server at `host:port` through a relay.
    pub fn through(mut self, server: &str, relay: &Relay) -> Self {
        self.relays.push((server.to_owned(), relay.address().to_string()));
        self
    }

    /// Starts it so that it can be broken on purpose. `None` on Spin, which has no switches for that.
    pub fn start_breakable(mut self) -> Option<App> {
        if crate::server::is_spin() {
            eprintln!("left out: only the stand-in host can be broken on purpose");
            return None;
        }
        self.is_breakable = true;
        Some(self.start())
    }

    /// Starts it and waits until it answers.
    pub fn start(self) -> App {
        let mut app = self.prepare();
        app.start_again();
        app
    }

    /// Starts it, expecting that it ends at once; gives what it printed.
    pub fn fail_to_start(self) -> String {
        match self.prepare().run() {
            Started::Serves(_) => panic!("the app started"),
            Started::Ended(output) => output,
        }
    }

    fn prepare(self) -> App {
        let secrets = Secrets::generate();
        let mut variables = BTreeMap::from([
            ("environment".to_owned(), "development".to_owned()),
            ("rate_limits".to_owned(), NO_LIMITS.to_owned()),
            ("signing_key".to_owned(), secrets.signing_key.clone()),
            ("verifying_keys".to_owned(), secrets.verifying_keys.clone()),
            ("cursor_key".to_owned(), secrets.cursor_key.clone()),
            ("internal_key".to_owned(), secrets.internal_key.clone()),
            ("mail_per_minute".to_owned(), "100000".to_owned()),
            ("encryption_keys".to_owned(), secrets.encryption_keys.clone()),
        ]);
        // Every provider is switched on, so that its routes are there.
        for name in ["kakao", "naver", "google", "github"] {
            variables.insert(format!("oauth_{name}"), format!("{name}-client:{name}-secret"));
        }
        for (name, value) in self.variables {
            match value {
                Some(value) => variables.insert(name, value),
                None => variables.remove(&name),
            };
        }
        let folder = Folder::new();
        let state = folder.path().join("state");
        fs::create_dir_all(&state).expect("the state folder can be made");
        let place = Place::new(&state);
        let relayed = |text: String| {
            let relays = self.relays.iter();
            relays.fold(text, |text, (server, relay)| text.replace(server, relay))
        };
        for (name, value) in place.variables() {
            variables.entry(name).or_insert_with(|| relayed(value));
        }
        let app = App {
            server: None,
            place,
            folder,
            variables,
            secrets,
            client: None,
            is_breakable: self.is_breakable,
        };
        fs::write(app.runtime_config(), relayed(app.place.runtime_config()))
            .expect("the configuration can be written");
        manifest::write(&root(), app.folder.path(), &self.profiles);
        app.place.make(self.database);
        app
    }
}

/// Runs one of the project's own commands on a database, so that the app finds what `cargo xtask up` makes.
pub(crate) fn xtask(arguments: &[&str], url: &str) {
    command(arguments, url, &[]);
}

/// Runs one of the project's own commands on what is at `url`, and gives what it prints.
fn command(arguments: &[&str], url: &str, environment: &[(&str, &str)]) -> String {
    let tool = env::var_os("REALCARE_XTASK_BIN").filter(|path| !path.is_empty());
    let mut command = match tool {
        Some(tool) => Command::new(tool),
        None => {
            let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["run", "--quiet", "--package", "xtask", "--"]);
            cargo
        }
    };
    command.current_dir(root()).args(arguments).args(["--url", url]);
    command.envs(environment.iter().copied());
    let output = command.output().expect("the tool starts");
    assert!(
        output.status.success(),
        "{arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .nth(2)
        .expect("this package lies two folders below the root")
        .to_owned()
}
