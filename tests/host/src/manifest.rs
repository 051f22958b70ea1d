//! `spin.toml`, version 2: what an app consists of and what each component may do.
//!
//! Tables that matter to building only (`build`, `tool`, `targets`, `profile`) are accepted and ignored; anything else
//! that is not known is an error that names its place, so that a typing mistake never turns into a missing permission.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{Table, Value};

use crate::http::router::Route;

/// Why a manifest cannot be used. Each message is one line and says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is no such file.
    #[error("no manifest at {0}: name one with --from <spin.toml>")]
    Missing(PathBuf),
    /// The file is there but cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(PathBuf, io::Error),
    /// Not TOML, or not the TOML of a manifest.
    #[error("{path}:{line}:{column}: {message}")]
    Syntax {
        /// The manifest.
        path: PathBuf,
        /// Line of the mistake, from 1.
        line: usize,
        /// Column of the mistake, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Well-formed, but it does not make sense.
    #[error("{0}: {1}")]
    Invalid(PathBuf, String),
}

/// A checked manifest.
#[derive(Debug)]
pub struct Manifest {
    /// Name of the app.
    pub name: String,
    /// Declared application variables.
    pub variables: BTreeMap<String, Variable>,
    /// HTTP routes, in the order of the file.
    pub routes: Vec<HttpTrigger>,
    /// Trigger types that are not served here.
    pub other_triggers: Vec<String>,
    /// All components, also those that are only dependencies of others.
    pub components: BTreeMap<String, Component>,
    /// Where relative paths in the file start.
    pub directory: PathBuf,
}

/// A declared application variable.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Value if nobody provides one.
    pub default: Option<String>,
    /// Must be provided from outside.
    #[serde(default)]
    pub required: bool,
    /// Must not be shown.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "accepted for the manifest's sake; values are never shown here anyway"
    )]
    pub secret: bool,
    /// For people.
    #[expect(dead_code, reason = "accepted for the manifest's sake")]
    pub description: Option<String>,
}

/// One `[[trigger.http]]`.
#[derive(Debug)]
pub struct HttpTrigger {
    /// Which paths it takes; nothing if it is private.
    pub route: Option<Route>,
    /// Who answers.
    pub target: Target,
}

/// Who answers a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A component, by its id.
    Component(String),
    /// The host itself.
    Static(StaticResponse),
}

/// An answer written in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StaticResponse {
    /// Status, 200 if absent.
    pub status_code: Option<u16>,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body, empty if absent.
    pub body: Option<String>,
}

/// One `[component.X]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Path of the Wasm file.
    #[serde(deserialize_with = "local_source")]
    pub source: PathBuf,
    /// Shown among the routes.
    #[serde(default)]
    pub description: String,
    /// What the component sees under which name; templates over the application variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// Environment of the component.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Where it may connect to; templates.
    #[serde(default)]
    pub allowed_outbound_hosts: Vec<String>,
    /// Stores it may open.
    #[serde(default)]
    pub key_value_stores: Vec<String>,
    /// Databases it may open.
    #[serde(default)]
    pub sqlite_databases: Vec<String>,
    /// If set, it decides for all dependencies that do not say it themselves.
    pub dependencies_inherit_configuration: Option<bool>,
    /// Other components that satisfy imports of this one.
    #[serde(default)]
    pub dependencies: BTreeMap<String, Dependency>,
    /// Folders of the app that it may read.
    #[serde(default)]
    pub files: Vec<Files>,
    #[serde(default)]
    ai_models: Vec<String>,
    #[serde(default, rename = "exclude_files")]
    _exclude_files: Vec<String>,
    #[serde(rename = "targets")]
    _targets: Option<Value>,
    #[serde(rename = "build")]
    _build: Option<Table>,
    #[serde(rename = "tool")]
    _tool: Option<Table>,
    #[serde(rename = "profile")]
    _profile: Option<Table>,
}

/// One entry of `files`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Files {
    /// A folder and where the component finds it.
    Folder {
        /// The folder, relative to the manifest.
        source: PathBuf,
        /// Its absolute path in the component.
        destination: String,
    },
    /// Files by name; only Spin looks them up.
    Pattern(String),
}

/// One entry of `[component.X.dependencies]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// Another component of the app.
    pub component: Option<String>,
    /// Or a file.
    pub path: Option<PathBuf>,
    /// Name of the export to use, if it differs from the import's.
    pub export: Option<String>,
    /// What the dependency may do of that which its user may.
    pub inherit_configuration: Option<Inherit>,
}

/// What a dependency inherits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Inherit {
    /// Everything or nothing.
    All(bool),
    /// The named sets, such as `variables` or `key_value_stores`.
    Some(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    spin_manifest_version: u8,
    application: Application,
    #[serde(default)]
    variables: BTreeMap<String, Variable>,
    trigger: BTreeMap<String, Vec<Table>>,
    #[serde(default)]
    component: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    name: String,
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
    #[serde(rename = "targets")]
    _targets: Option<Value>,
    #[serde(default)]
    trigger: BTreeMap<String, Table>,
    #[serde(rename = "tool")]
    _tool: Option<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHttpTrigger {
    #[serde(rename = "id")]
    _id: Option<String>,
    route: RawRoute,
    component: Option<String>,
    static_response: Option<StaticResponse>,
    executor: Option<Executor>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawRoute {
    Path(String),
    Private { private: bool },
}

#[derive(Deserialize)]
struct Executor {
    #[serde(rename = "type")]
    kind: String,
}

/// Reads and checks the manifest at `path`.
///
/// # Errors
/// [`ManifestError`], with the place of the mistake where there is one.
pub fn load(path: &Path) -> Result<Manifest, ManifestError> {
    let path = if path.is_dir() {
        path.join("spin.toml")
    } else {
        path.to_owned()
    };
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ManifestError::Missing(path.clone()),
        _ => ManifestError::Unreadable(path.clone(), error),
    })?;
    parse(&path, &text)
}

/// Checks a manifest's text; `path` is where it would lie.
///
/// # Errors
/// See [`load`].
pub fn parse(path: &Path, text: &str) -> Result<Manifest, ManifestError> {
    let raw: RawManifest = toml::from_str(text).map_err(|error| syntax_error(path, text, &error))?;
    let invalid = |message| ManifestError::Invalid(path.to_owned(), message);
    if raw.spin_manifest_version != 2 {
        return Err(invalid("spin_manifest_version must be 2".into()));
    }
    check_base(&raw.application).map_err(invalid)?;
    check_variables(&raw.variables).map_err(invalid)?;
    let mut routes = Vec::new();
    let mut other_triggers = Vec::new();
    for (kind, triggers) in raw.trigger {
        if kind == "http" {
            for trigger in triggers {
                routes.push(http_trigger(trigger, &raw.component).map_err(invalid)?);
            }
        } else {
            other_triggers.push(kind);
        }
    }
    for (id, component) in &raw.component {
        check_component(id, component, &raw.component).map_err(invalid)?;
    }
    Ok(Manifest {
        name: raw.application.name,
        variables: raw.variables,
        routes,
        other_triggers,
        components: raw.component,
        directory: directory_of(path),
    })
}

/// Never empty, so that it can be made absolute.
fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(directory) if directory != Path::new("") => directory.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn check_variables(variables: &BTreeMap<String, Variable>) -> Result<(), String> {
    let unclear = variables
        .iter()
        .find(|(_, variable)| variable.required == variable.default.is_some());
    match unclear {
        Some((name, _)) => Err(format!(
            "variables.{name} needs either `required = true` or a `default`"
        )),
        None => Ok(()),
    }
}

fn check_base(application: &Application) -> Result<(), String> {
    match application
        .trigger
        .get("http")
        .and_then(|table| table.get("base"))
    {
        Some(base) if base.as_str() != Some("/") => {
            Err("application.trigger.http.base is not supported: write the whole path into each route".into())
        }
        _ => Ok(()),
    }
}

fn http_trigger(table: Table, components: &BTreeMap<String, Component>) -> Result<HttpTrigger, String> {
    let raw: RawHttpTrigger = table
        .try_into()
        .map_err(|error: toml::de::Error| format!("[[trigger.http]]: {}", error.message()))?;
    let target = match (raw.component, raw.static_response) {
        (Some(id), None) if components.contains_key(&id) => Target::Component(id),
        (Some(id), None) => {
            return Err(format!(
                "[[trigger.http]] names component {id:?}, which is not defined"
            ));
        }
        (None, Some(response)) => Target::Static(response),
        _ => return Err("[[trigger.http]] needs either `component` or `static_response`".into()),
    };
    if let Some(executor) = raw
        .executor
        .filter(|executor| !matches!(executor.kind.as_str(), "http" | "spin"))
    {
        return Err(format!(
            "[[trigger.http]] executor {:?} is not supported here",
            executor.kind
        ));
    }
    let route = match raw.route {
        RawRoute::Path(path) => {
            Some(Route::parse(&path).map_err(|error| format!("route {path:?}: {error}"))?)
        }
        RawRoute::Private { private: true } => None,
        RawRoute::Private { private: false } => {
            return Err("[[trigger.http]] route must be a path or { private = true }".into());
        }
    };
    Ok(HttpTrigger { route, target })
}

fn check_component(id: &str, component: &Component, all: &BTreeMap<String, Component>) -> Result<(), String> {
    for files in &component.files {
        match files {
            Files::Folder { destination, .. } if destination.starts_with('/') => {}
            Files::Folder { destination, .. } => {
                return Err(format!(
                    "component.{id}.files: {destination:?} is no absolute path"
                ));
            }
            Files::Pattern(pattern) => {
                return Err(format!(
                    "component.{id}.files: this host mounts folders only, not {pattern:?}: write {{ source, destination }}"
                ));
            }
        }
    }
    if !component.ai_models.is_empty() {
        return Err(format!("component.{id}.ai_models: unknown host capability"));
    }
    for (name, dependency) in &component.dependencies {
        match (&dependency.component, &dependency.path) {
            (Some(other), None) if all.contains_key(other) => {}
            (Some(other), None) => {
                return Err(format!(
                    "component.{id}.dependencies.{name:?}: component {other:?} is not defined"
                ));
            }
            (None, Some(_)) => {}
            _ => {
                return Err(format!(
                    "component.{id}.dependencies.{name:?} needs either `component` or `path`"
                ));
            }
        }
    }
    Ok(())
}

/// A source has to be a local path: this host fetches nothing.
fn local_source<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(path) => Ok(path.into()),
        _ => Err(serde::de::Error::custom(
            "`source` must be a local path: this host downloads nothing",
        )),
    }
}

fn syntax_error(path: &Path, text: &str, error: &toml::de::Error) -> ManifestError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = &text[..start];
    ManifestError::Syntax {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before
            .chars()
            .rev()
            .take_while(|character| *character != '\n')
            .count()
            + 1,
        message: error.message().replace('\n', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"a\"\n";

    fn parse_with_head(rest: &str) -> Result<Manifest, ManifestError> {
        parse(Path::new("app/spin.toml"), &format!("{HEAD}{rest}"))
    }

    #[test]
    fn takes_the_whole_shape() {
        let manifest = parse_with_head(
            r#"
            [variables]
            secret_key = { required = true, secret = true }
            greeting = { default = "hello" }
            [[trigger.http]]
            route = "/..."
            component = "front"
            [[trigger.http]]
            route = { private = true }
            component = "back"
            [[trigger.cron]]
            component = "back"
            [component.front]
            source = "front.wasm"
            key_value_stores = ["default"]
            files = [{ source = "target/site", destination = "/site" }]
            [component.front.build]
            command = "true"
            [component.front.dependencies]
            "a:b/c@1.0.0" = { component = "back", inherit_configuration = ["variables"] }
            "d:e/f@1.0.0" = { path = "other.wasm", inherit_configuration = true }
            [component.back]
            source = "back.wasm"
            [component.back.tool.realcare]
            anything = 1
            "#,
        )
        .unwrap();
        assert_eq!(manifest.routes.len(), 2);
        assert_eq!(manifest.other_triggers, ["cron"]);
        assert!(manifest.variables["secret_key"].required);
        assert_eq!(manifest.directory, Path::new("app"));
        let dependencies = &manifest.components["front"].dependencies;
        assert_eq!(
            dependencies["a:b/c@1.0.0"].inherit_configuration,
            Some(Inherit::Some(vec!["variables".into()]))
        );
        assert_eq!(
            dependencies["d:e/f@1.0.0"].inherit_configuration,
            Some(Inherit::All(true))
        );
    }

    #[test]
    fn names_the_place_of_a_mistake() {
        let error = parse_with_head("[trigger]\n[component.x]\nsource = \"x.wasm\"\nkey_value_store = []\n")
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("app/spin.toml:7:1: "), "{error}");
        assert!(error.contains("key_value_store"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn refuses_what_cannot_work() {
        for (rest, part) in [
            (
                "[[trigger.http]]\nroute = \"/\"\ncomponent = \"x\"\n",
                "not defined",
            ),
            ("[variables]\nv = {}\n[trigger]\n", "either `required"),
            (
                "[trigger]\n[component.x]\nsource = { url = \"u\", digest = \"d\" }\n",
                "local path",
            ),
            (
                "[trigger]\n[component.x]\nsource = \"x\"\nfiles = [\"a\"]\n",
                "mounts folders only",
            ),
            (
                "[trigger]\n[component.x]\nsource = \"x\"\nfiles = [{ source = \"a\", destination = \"b\" }]\n",
                "no absolute path",
            ),
            (
                "[trigger]\n[component.x]\nsource = \"x\"\n[component.x.dependencies]\n\"a:b/c\" = {}\n",
                "either",
            ),
        ] {
            let error = parse_with_head(rest).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
