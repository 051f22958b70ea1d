//! `cargo xtask migrate`: applies `migrations/{sqlite,postgres}/NNNN_<name>.sql` with refinery.
//!
//! Each migration runs in one transaction together with its row in the history table, one runner at a time.

mod files;
pub mod postgres;
mod runner;
mod sqlite;
#[cfg(test)]
mod tests;
mod words;

use anyhow::{Result, bail};

use crate::term;
use crate::workspace::Workspace;

pub use files::{Engine, read as read_files};

/// The database that development uses.
pub const DEFAULT_URL: &str = "sqlite:.spin/realcare.db";

/// Its file, relative to the project.
pub const DEFAULT_PATH: &str = ".spin/realcare.db";

/// What `cargo xtask migrate` understands.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, global = true, default_value = DEFAULT_URL)]
    url: String,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Apply what is pending (the default)
    Run,
    /// Show which migrations are applied and which are pending
    Status,
    /// Start an empty migration with the next number for both engines
    New {
        /// What it does, in snake_case, for example `add_signal_expiry`
        name: String,
    },
}

/// Runs `cargo xtask migrate`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    match args.action.as_ref().unwrap_or(&Action::Run) {
        Action::Run => apply(workspace, &args.url),
        Action::Status => status(workspace, &args.url),
        Action::New { name } => files::create(&workspace.root, name),
    }
}

/// Applies what is pending and says what was done.
pub fn apply(workspace: &Workspace, url: &str) -> Result<()> {
    let database = Database::parse(workspace, url)?;
    let migrations = read_files(&workspace.root, database.engine())?;
    let done = match &database {
        Database::Sqlite(path) => sqlite::apply(path, &migrations)?,
        Database::Postgres(url) => postgres::apply(url, &migrations)?,
    };
    if done.is_empty() {
        term::note(format_args!(
            "database up to date, {} migration(s)",
            migrations.len()
        ));
    }
    words::fill(&database)
}

fn status(workspace: &Workspace, url: &str) -> Result<()> {
    let database = Database::parse(workspace, url)?;
    let migrations = read_files(&workspace.root, database.engine())?;
    let applied = match &database {
        Database::Sqlite(path) => sqlite::applied(path)?,
        Database::Postgres(url) => postgres::applied(url)?,
    };
    term::table(&runner::status_rows(&migrations, &applied));
    runner::verify(&migrations, &applied)
}

/// Where the migrations go.
pub enum Database {
    /// A file.
    Sqlite(std::path::PathBuf),
    /// The address of a server.
    Postgres(String),
}

impl Database {
    /// Reads what `--url` says.
    pub fn parse(workspace: &Workspace, url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(workspace.root.join(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        bail!("--url must be sqlite:PATH or postgres://user:password@host/name")
    }

    fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}
