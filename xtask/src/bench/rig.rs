//! The app with the floor beside it: the project's manifest and one more component, in one process.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, value};

use super::Settings;
use super::affinity::Cores;
use super::load::{Request, Stream};
use super::recorded;
use crate::app::{self, App, Launch};
use crate::components::{self, Profile};
use crate::workspace::Workspace;
use crate::{manifest, migrate, sample};

/// What answers most endpoints that are measured. The others are left out: building them as deployed takes minutes.
pub const FEW: &[&str] = &["auth", "health", "signals"];
/// What answers those of runs that have a progress.
pub const MORE: &[&str] = &[
    "analysis",
    "analyst-rules",
    "auth",
    "contracts",
    "health",
    "progress",
    "signals",
];

/// The package of the component that is the floor.
const GUEST: &str = "realcare-bench-guest";

/// The running app and what its sample holds.
pub struct Rig {
    /// The app.
    pub app: App,
    /// An access token of [`sample::PERSON`].
    pub token: String,
    /// A signal of theirs.
    pub own: String,
    /// A signal of somebody else's.
    pub others: String,
}

impl Rig {
    /// Builds and starts [`FEW`] components; `launch` says how, but for the manifest.
    pub fn start(workspace: &Workspace, launch: Launch<'_>, cores: Cores) -> Result<Self> {
        Self::start_with(workspace, launch, cores, FEW)
    }

    /// Builds and starts these components.
    pub fn start_with(
        workspace: &Workspace,
        mut launch: Launch<'_>,
        cores: Cores,
        parts: &[&str],
    ) -> Result<Self> {
        crate::toolchain::ensure(workspace)?;
        if let Some(profile) = launch.profile {
            components::build(
                workspace,
                profile,
                &parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>(),
            )?;
        }
        // Nobody knows how what lies there was built; what is quoted was built as deployed.
        let profile = launch.profile.unwrap_or(Profile::Release);
        let guest = components::build_apart(workspace, profile, GUEST)?;
        let folder = app::fresh_folder(workspace, launch.folder)?;
        let database = folder.join("realcare.db");
        migrate::apply(workspace, &format!("sqlite:{}", database.display()))?;
        sample::load(&database)?;
        let (owner, own, others) = sample::signals_of(&database, sample::PERSON)?;
        let statements = recorded::statements(&database, owner, own)?;
        if let Some(mode) = launch.journal {
            keep_journal(&database, mode)?;
        }
        launch.variables.push(("bench_statements", statements));
        launch.manifest = Some(write_manifest(workspace, &folder, &guest, parts)?);
        launch.cores = Some(cores);
        let app = App::start_over(workspace, launch, &folder)?;
        let (token, _) = app.prepare()?;
        Ok(Self {
            app,
            token,
            own: own.to_string(),
            others: others.to_string(),
        })
    }
}

impl Rig {
    /// A stream of one request to the app: so many connections as was said, a right answer is 200 with JSON.
    pub fn stream(&self, settings: &Settings, request: Request) -> Stream {
        Stream {
            address: self.app.address,
            connections: settings.connections,
            most: None,
            pause_micros: None,
            requests: vec![request],
            statuses: vec![200],
            contains: "{".to_owned(),
        }
    }
}

/// Sets how the database keeps its journal, before anybody reads. The file remembers WAL, and that it is not.
fn keep_journal(database: &Path, mode: &str) -> Result<()> {
    let connection = rusqlite::Connection::open(database)?;
    let set = format!("PRAGMA journal_mode = {mode}");
    let now: String = connection.query_row(&set, [], |row| row.get(0))?;
    anyhow::ensure!(now.eq_ignore_ascii_case(mode), "the journal stayed {now}");
    Ok(())
}

/// The project's manifest with the floor in it. Components are named by whole paths, because it lies elsewhere.
fn write_manifest(workspace: &Workspace, folder: &Path, guest: &Path, parts: &[&str]) -> Result<PathBuf> {
    let mut manifest = manifest::load(&workspace.root)?;
    let components = manifest["component"]
        .as_table_mut()
        .context("spin.toml has no components")?;
    components.retain(|name, _| parts.contains(&name));
    for (_, component) in components.iter_mut() {
        if let Some(source) = component.get("source").and_then(Item::as_str) {
            component["source"] = value(workspace.root.join(source).display().to_string());
        }
    }
    let mut bench = Table::new();
    bench["source"] = value(guest.display().to_string());
    bench["sqlite_databases"] = value(Array::from_iter(["default"]));
    bench["key_value_stores"] = value(Array::from_iter(["revocations", "counters"]));
    bench["variables"] = value(InlineTable::from_iter([(
        "bench_statements",
        "{{ bench_statements }}",
    )]));
    components.insert("bench", Item::Table(bench));
    manifest["variables"]["bench_statements"] = value(InlineTable::from_iter([("required", true)]));
    let routes = manifest["trigger"]["http"].or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let mut route = Table::new();
    route["route"] = value("/bench/...");
    route["component"] = value("bench");
    let routes = routes
        .as_array_of_tables_mut()
        .context("spin.toml has no routes")?;
    routes.retain(|route| {
        let component = route.get("component").and_then(Item::as_str);
        component.is_some_and(|name| parts.contains(&name))
    });
    routes.push(route);
    let path = folder.join("spin.toml");
    std::fs::write(&path, manifest.to_string())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
