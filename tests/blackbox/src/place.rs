//! Where an app's data lies: in files of its own, or in a Postgres database and Redis databases of its own.
//!
//! `REALCARE_ENGINES=servers` asks for the latter, on the servers that `REALCARE_TEST_POSTGRES_URL` and `REALCARE_TEST_REDIS_URL` name.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use crate::app::{Database, root, xtask};

/// Databases of one Redis server that one app gets: one for each store and some to spare.
const STORES: u32 = 16;
/// Databases of the server, without the one that counts apps.
const REDIS_DATABASES: u32 = 4080;

/// The data of one app.
pub enum Place {
    /// SQLite and key-value stores in this folder.
    Files(PathBuf),
    /// Servers.
    Servers(Servers),
}

/// A database on a Postgres server and databases on a Redis server.
pub struct Servers {
    /// Any database of the server, to make others from.
    admin: String,
    /// The app's own.
    name: String,
    redis: String,
    /// The first of its Redis databases.
    first: u32,
    folder: PathBuf,
}

impl Place {
    /// A place that nobody else has.
    pub fn new(folder: &Path) -> Self {
        let Some([admin, redis]) = server_urls() else {
            return Self::Files(folder.to_owned());
        };
        let number = Redis::connect(&redis, 0).integer("INCR realcare:apps");
        let number = u32::try_from(number).expect("a small number");
        Self::Servers(Servers {
            admin,
            name: format!("realcare_app_{}_{number}", std::process::id()),
            first: 16 + number * STORES % REDIS_DATABASES,
            redis,
            folder: folder.to_owned(),
        })
    }

    /// The data base as `cargo xtask` takes it.
    pub fn url(&self) -> String {
        match self {
            Self::Files(folder) => format!("sqlite:{}", folder.join("realcare.db").display()),
            Self::Servers(servers) => servers.url(),
        }
    }

    /// The variables that lead there.
    pub fn variables(&self) -> Vec<(String, String)> {
        match self {
            Self::Files(_) => Vec::new(),
            Self::Servers(servers) => {
                let address = address(&servers.admin);
                vec![
                    ("database_url".to_owned(), servers.url()),
                    ("database_host".to_owned(), format!("postgres://{address}")),
                ]
            }
        }
    }

    /// The project's runtime configuration with the app's own stores.
    pub fn runtime_config(&self) -> String {
        let read = |name: &str| {
            let path = root().join("runtime-config").join(name);
            fs::read_to_string(path).expect("the configuration is there")
        };
        match self {
            Self::Files(folder) => {
                let text = read("local.toml");
                let state = format!("\"{}/", folder.display());
                // Relative to where Spin is started, or to the file itself: Spin reads the two kinds of paths differently.
                let own = text.replace("\".spin/", &state).replace("\"../.spin/", &state);
                assert!(
                    own.matches(&state).count() >= 2,
                    "a database and stores in files: {own}"
                );
                own
            }
            Self::Servers(servers) => servers.runtime_config(&read("production.toml")),
        }
    }

    /// Makes what the test wants to find there.
    pub fn make(&self, database: Database) {
        match (self, database) {
            (_, Database::Migrated) => self.make_migrated(),
            (Self::Files(_), Database::Empty) => {}
            (Self::Files(folder), Database::Missing) => {
                fs::create_dir(folder.join("realcare.db")).expect("a folder can be made");
            }
            (Self::Servers(servers), Database::Empty) => servers.create("template1"),
            (Self::Servers(_), Database::Missing) => {}
        }
    }

    /// Makes a database with all migrations where none is.
    pub fn make_migrated(&self) {
        match self {
            Self::Files(folder) => {
                // What stands in for a missing file.
                let _ = fs::remove_dir(folder.join("realcare.db"));
                xtask(&["migrate"], &self.url());
            }
            Self::Servers(servers) => servers.create(&servers.template()),
        }
    }

    /// Puts something in place of the store `revocations` that cannot be read.
    pub fn break_revocations(&self, runtime_config: &Path) {
        match self {
            Self::Files(folder) => {
                let store = folder.join("revocations.db");
                for end in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(format!("{}{end}", store.display()));
                }
                fs::create_dir(&store).expect("a folder can be made");
            }
            Self::Servers(servers) => {
                let text = fs::read_to_string(runtime_config).expect("the configuration");
                let own = format!("{}/{}\"", servers.redis, servers.first);
                assert!(text.contains(&own), "the first store: {text}");
                // The port of the discard protocol: nobody listens.
                fs::write(runtime_config, text.replace(&own, "redis://127.0.0.1:9/0\""))
                    .expect("the configuration");
            }
        }
    }

    /// Runs statements; gives the rows of the last query, every value as text and an absent one as nothing.
    pub fn rows(&self, statements: &str) -> Vec<Vec<String>> {
        match self {
            Self::Files(folder) => sqlite_rows(&folder.join("realcare.db"), statements),
            Self::Servers(servers) => postgres_rows(&servers.url(), statements),
        }
    }

    /// Everything that is stored, as bytes to be searched, each part with a name.
    pub fn stored(&self) -> Vec<(String, Vec<u8>)> {
        match self {
            Self::Files(folder) => files(folder),
            Self::Servers(servers) => {
                let mut parts = servers.tables();
                parts.extend(servers.keys());
                parts
            }
        }
    }

    /// `host:port` of Postgres and of Redis, where the data is there.
    pub fn servers() -> Option<[String; 2]> {
        Some(server_urls()?.map(|url| address(&url).to_owned()))
    }

    /// Whether the data is in files.
    pub fn is_files(&self) -> bool {
        matches!(self, Self::Files(_))
    }
}

impl Servers {
    fn url(&self) -> String {
        let (server, _) = self.admin.rsplit_once('/').expect("a database in the address");
        format!("{server}/{}", self.name)
    }

    fn runtime_config(&self, text: &str) -> String {
        let mut own = text.to_owned();
        for store in 0..STORES {
            let shipped = format!("\"redis://127.0.0.1:6379/{store}\"");
            own = own.replace(&shipped, &format!("\"{}/{}\"", self.redis, self.first + store));
        }
        assert!(
            !own.contains("6379/"),
            "every store has a database of its own: {own}"
        );
        own
    }

    fn create(&self, template: &str) {
        postgres_rows(
            &self.admin,
            &format!("CREATE DATABASE {} TEMPLATE {template}", self.name),
        );
        for store in 0..STORES {
            Redis::connect(&self.redis, self.first + store).send("FLUSHDB");
        }
    }

    /// A database with all migrations, made once for all apps of a server.
    fn template(&self) -> String {
        let newest = fs::read_dir(root().join("migrations/postgres"))
            .expect("the migrations")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .max()
            .expect("a migration");
        let name = format!("realcare_{}", newest.trim_end_matches(".sql"));
        let turn =
            File::create(env::temp_dir().join("realcare-blackbox-template.lock")).expect("the lock file");
        turn.lock().expect("the turn comes");
        let exists = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        if postgres_rows(&self.admin, &exists).is_empty() {
            let (server, _) = self.admin.rsplit_once('/').expect("a database in the address");
            postgres_rows(&self.admin, "DROP DATABASE IF EXISTS realcare_new");
            postgres_rows(&self.admin, "CREATE DATABASE realcare_new");
            xtask(&["migrate"], &format!("{server}/realcare_new"));
            postgres_rows(
                &self.admin,
                &format!("ALTER DATABASE realcare_new RENAME TO \"{name}\""),
            );
        }
        format!("\"{name}\"")
    }

    fn tables(&self) -> Vec<(String, Vec<u8>)> {
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
        let tables = postgres_rows(&self.url(), tables);
        let tables = tables.into_iter().flatten();
        tables
            .map(|table| {
                let rows = postgres_rows(&self.url(), &format!("SELECT CAST(t AS TEXT) FROM {table} t"));
                let text: Vec<String> = rows.into_iter().flatten().collect();
                (table, text.join("\n").into_bytes())
            })
            .collect()
    }

    fn keys(&self) -> Vec<(String, Vec<u8>)> {
        (0..STORES)
            .map(|store| {
                let keys = Redis::connect(&self.redis, self.first + store).lines("KEYS *");
                (format!("Redis {store}"), keys.join("\n").into_bytes())
            })
            .collect()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        if env::var_os("REALCARE_KEEP").is_some() {
            eprintln!("kept {} for {}", self.url(), self.folder.display());
        } else if !std::thread::panicking() {
            postgres_rows(
                &self.admin,
                &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
            );
        }
    }
}

/// The addresses of Postgres and Redis, where tests are to use them.
fn server_urls() -> Option<[String; 2]> {
    if env::var("REALCARE_ENGINES").as_deref() != Ok("servers") {
        return None;
    }
    let names = ["REALCARE_TEST_POSTGRES_URL", "REALCARE_TEST_REDIS_URL"];
    Some(names.map(|name| env::var(name).unwrap_or_else(|_| panic!("REALCARE_ENGINES=servers needs {name}"))))
}

/// `host:port` of a server's address.
fn address(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address");
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().expect("a host")
}

fn sqlite_rows(file: &Path, statements: &str) -> Vec<Vec<String>> {
    let connection = rusqlite::Connection::open(file).expect("the database opens");
    let patience = std::time::Duration::from_secs(5);
    connection.busy_timeout(patience).expect("a timeout");
    let Ok(mut query) = connection.prepare(statements) else {
        connection.execute_batch(statements).expect("the statements run");
        return Vec::new();
    };
    let columns = query.column_count();
    let text = |row: &rusqlite::Row<'_>, column: usize| {
        Ok(match row.get_ref(column)? {
            rusqlite::types::ValueRef::Null => String::new(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            rusqlite::types::ValueRef::Real(number) => number.to_string(),
            rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            rusqlite::types::ValueRef::Blob(bytes) => bytes.escape_ascii().to_string(),
        })
    };
    let rows = query.query_map([], |row| (0..columns).map(|column| text(row, column)).collect());
    let rows = rows.and_then(Iterator::collect);
    rows.unwrap_or_else(|error| panic!("{statements}: {error}"))
}

fn postgres_rows(url: &str, statements: &str) -> Vec<Vec<String>> {
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("the server answers");
    let answers = client.simple_query(statements);
    let answers = answers.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    answers
        .into_iter()
        .filter_map(|answer| match answer {
            postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        })
        .map(|row| {
            let columns = 0..row.len();
            columns
                .map(|column| row.get(column).unwrap_or_default().to_owned())
                .collect()
        })
        .collect()
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the state folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(&path).expect("a file")))
        .collect()
}

/// A connection to one database of a Redis server, for the few commands that are needed here.
struct Redis(BufReader<TcpStream>);

impl Redis {
    fn connect(url: &str, database: u32) -> Self {
        let stream = TcpStream::connect(address(url)).expect("Redis answers");
        let patience = Some(std::time::Duration::from_secs(5));
        stream.set_read_timeout(patience).expect("a timeout");
        let mut redis = Self(BufReader::new(stream));
        redis.send(&format!("SELECT {database}"));
        redis
    }

    /// The first line of the answer.
    fn send(&mut self, command: &str) -> String {
        let stream = self.0.get_mut();
        stream
            .write_all(format!("{command}\r\n").as_bytes())
            .expect("Redis listens");
        let line = self.line();
        assert!(!line.starts_with('-'), "{command}: {line}");
        line
    }

    fn integer(&mut self, command: &str) -> i64 {
        let line = self.send(command);
        line.trim_start_matches(':').parse().expect("a number")
    }

    /// The texts of an answer that is a list.
    fn lines(&mut self, command: &str) -> Vec<String> {
        let count: usize = self
            .send(command)
            .trim_start_matches('*')
            .parse()
            .expect("a list");
        let text = |_| {
            let _length = self.line();
            self.line()
        };
        (0..count).map(text).collect()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("Redis answers");
        line.trim_end().to_owned()
    }
}
