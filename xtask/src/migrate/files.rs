//! The numbered files: reading them, checking that both engines have the same ones, starting a new one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use refinery::Migration;

use crate::term;

/// A database engine, which is a folder under `migrations/`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Spin's embedded database.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

impl Engine {
    fn folder(self, root: &Path) -> PathBuf {
        let name = match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        };
        root.join("migrations").join(name)
    }
}

/// The migrations for one engine, in order.
pub fn read(root: &Path, engine: Engine) -> Result<Vec<Migration>> {
    let names = checked_names(root)?;
    let folder = engine.folder(root);
    names.iter().map(|name| parse(&folder, name)).collect()
}

fn parse(folder: &Path, name: &str) -> Result<Migration> {
    let path = folder.join(format!("{name}.sql"));
    let sql = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let (number, title) = name.split_once('_').context("a checked name has a number")?;
    let number: u32 = number.parse()?;
    Migration::unapplied(&format!("V{number}__{title}"), &sql)
        .with_context(|| format!("{} is not a name for a migration", path.display()))
}

/// The names that stand in both folders, numbered from 1 without a gap.
fn checked_names(root: &Path) -> Result<Vec<String>> {
    let sqlite = names(&Engine::Sqlite.folder(root))?;
    let postgres = names(&Engine::Postgres.folder(root))?;
    if let Some(odd) = sqlite.iter().find(|name| !postgres.contains(name)) {
        bail!("migrations/sqlite/{odd}.sql has no twin: add migrations/postgres/{odd}.sql");
    }
    if let Some(odd) = postgres.iter().find(|name| !sqlite.contains(name)) {
        bail!("migrations/postgres/{odd}.sql has no twin: add migrations/sqlite/{odd}.sql");
    }
    for (index, name) in sqlite.iter().enumerate() {
        let expected = format!("{:04}_", index + 1);
        if !name.starts_with(&expected) {
            bail!(
                "migrations/sqlite/{name}.sql: expected number {expected}, numbers have no gaps and no doubles"
            );
        }
    }
    Ok(sqlite)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if !folder.is_dir() {
        return Ok(names);
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".sql") else {
            continue;
        };
        let number = stem.split_once('_').map(|(number, _)| number);
        if !number.is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            bail!("{}: name it NNNN_<name>.sql", folder.join(&name).display());
        }
        names.push(stem.to_owned());
    }
    names.sort();
    Ok(names)
}

/// Writes an empty migration with the next number for both engines.
pub fn create(root: &Path, name: &str) -> Result<()> {
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    {
        bail!("the name {name:?} must be snake_case, for example add_signal_expiry");
    }
    let number = checked_names(root)?.len() + 1;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let folder = engine.folder(root);
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{number:04}_{name}.sql"));
        let text = format!("-- {}.\n", name.replace('_', " "));
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        term::note(format_args!("made {}", path.display()));
    }
    Ok(())
}
