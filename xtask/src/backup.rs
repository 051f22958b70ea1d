//! `cargo xtask backup` and `cargo xtask restore`: one file that holds the whole database, taken while the app serves.

mod postgres;
mod sqlite;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use domain::audit::Action;

use crate::migrate::{self, Database};
use crate::workspace::Workspace;
use crate::{operator, term};

/// What `cargo xtask backup` understands.
#[derive(clap::Args)]
pub struct BackupArgs {
    /// The file to write; it must not exist yet
    file: PathBuf,
    /// Database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, default_value = migrate::DEFAULT_URL)]
    url: String,
}

/// What `cargo xtask restore` understands.
#[derive(clap::Args)]
pub struct RestoreArgs {
    /// A file that `cargo xtask backup` wrote
    file: PathBuf,
    /// An empty database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, default_value = migrate::DEFAULT_URL)]
    url: String,
    /// Let sign-ins of the backup go on, also those that ended after it was taken
    #[arg(long)]
    keep_sessions: bool,
}

/// Runs `cargo xtask backup`.
pub fn backup(workspace: &Workspace, args: &BackupArgs) -> Result<()> {
    let start = Instant::now();
    ensure!(!args.file.exists(), "{} exists already", args.file.display());
    // Under another name until it is whole: what has the name that was asked for can be restored.
    let part = with_ending(&args.file, ".part");
    let _ = fs::remove_file(&part);
    let written = match Database::parse(workspace, &args.url)? {
        Database::Sqlite(path) => sqlite::backup(&path, &part),
        Database::Postgres(url) => postgres::backup(workspace, &url, &part),
    };
    if let Err(error) = written {
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    fs::File::open(&part)?.sync_all()?;
    fs::rename(&part, &args.file).with_context(|| format!("cannot write {}", args.file.display()))?;
    let size = fs::metadata(&args.file)?.len();
    let (file, time) = (args.file.display(), term::seconds(start.elapsed()));
    term::note(format_args!("{file}: {} in {time}", term::kilobytes(size)));
    Ok(())
}

/// Runs `cargo xtask restore`.
pub fn restore(workspace: &Workspace, args: &RestoreArgs) -> Result<()> {
    let start = Instant::now();
    ensure!(args.file.exists(), "there is no file {}", args.file.display());
    match Database::parse(workspace, &args.url)? {
        Database::Sqlite(path) => sqlite::restore(&args.file, &path)?,
        Database::Postgres(url) => postgres::restore(workspace, &args.file, &url)?,
    }
    if !args.keep_sessions {
        operator::on(workspace, &args.url, async |db| {
            let now = operator::now();
            let audit = operator::event(Action::EveryTokenRevoked, "cargo xtask restore", now);
            store::token_floor::raise_after_restore(db, &audit, now).await?;
            Ok(())
        })
        .context("the database is restored, but its sessions have not ended; is it behind this release?")?;
        term::note("every sign-in of the backup has ended: some may have been revoked after it was taken");
    }
    term::note(format_args!("restored in {}", term::seconds(start.elapsed())));
    term::note(
        "next: cargo xtask migrate; start the app; POST /api/v1/admin/revoke-all-tokens voids access tokens",
    );
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
