//! The file of `--runtime-config-file`: which backend stands behind which label.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use toml::Value;

/// What the file says, with every path resolved.
#[derive(Debug, Default)]
pub struct RuntimeConfig {
    /// Key-value backends by label.
    pub key_value: BTreeMap<String, KeyValueBackend>,
    /// SQLite databases by label.
    pub sqlite: BTreeMap<String, SqliteBackend>,
    /// Values of `[[variables_provider]] type = "static"`.
    pub variables: HashMap<String, String>,
    /// Where state is kept, if anywhere.
    pub state_dir: Option<PathBuf>,
}

/// Where a key-value store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValueBackend {
    /// An SQLite file, or memory without a path.
    Embedded(Option<PathBuf>),
    /// A Redis server.
    Redis(String),
}

/// Where an SQLite database is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SqliteBackend {
    /// The file; without one every connection has a database of its own in memory.
    pub path: Option<PathBuf>,
    /// Whether `ATTACH` may name a file.
    pub allow_attach_file: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    #[serde(default)]
    key_value_store: BTreeMap<String, RawKeyValue>,
    #[serde(default)]
    sqlite_database: BTreeMap<String, RawSqlite>,
    #[serde(default, alias = "config_provider")]
    variables_provider: Vec<RawProvider>,
    state_dir: Option<String>,
    #[serde(rename = "log_dir")]
    _log_dir: Option<Value>,
    #[serde(rename = "max_instance_memory")]
    _max_instance_memory: Option<Value>,
    #[serde(rename = "outbound_http")]
    _outbound_http: Option<Value>,
    #[serde(rename = "outbound_pg")]
    _outbound_pg: Option<Value>,
    #[serde(rename = "outbound_networking")]
    _outbound_networking: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum RawKeyValue {
    Spin { path: Option<PathBuf> },
    Redis { url: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
enum RawSqlite {
    Spin {
        path: Option<PathBuf>,
        #[serde(default)]
        allow_attach_file: bool,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum RawProvider {
    Static { values: HashMap<String, String> },
    Env {},
}

/// Reads the file, if there is one, and adds what holds without it.
///
/// `state_dir` is that of the command line (empty: keep nothing), `app_dir` the manifest's directory. As on Spin,
/// relative paths start at this file for key-value stores, and at the working directory for databases.
///
/// # Errors
/// The file is missing, is not TOML, or names a backend that this host does not have.
pub fn load(file: Option<&Path>, state_dir: Option<&str>, app_dir: &Path) -> Result<RuntimeConfig> {
    let raw = file.map(read).transpose()?.unwrap_or_default();
    let state_dir = match state_dir.or(raw.state_dir.as_deref()) {
        Some("") => None,
        Some(path) => Some(std::path::absolute(path)?),
        None => Some(std::path::absolute(app_dir)?.join(".spin")),
    };
    let file_dir = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let mut config = RuntimeConfig {
        state_dir,
        ..RuntimeConfig::default()
    };
    config.add_defaults();
    for (label, store) in raw.key_value_store {
        let backend = match store {
            RawKeyValue::Spin { path } => KeyValueBackend::Embedded(path.map(|path| file_dir.join(path))),
            RawKeyValue::Redis { url } => KeyValueBackend::Redis(url),
        };
        config.key_value.insert(label, backend);
    }
    for (
        label,
        RawSqlite::Spin {
            path,
            allow_attach_file,
        },
    ) in raw.sqlite_database
    {
        let path = path.map(std::path::absolute).transpose()?;
        config.sqlite.insert(
            label,
            SqliteBackend {
                path,
                allow_attach_file,
            },
        );
    }
    for provider in raw.variables_provider {
        if let RawProvider::Static { values } = provider {
            config.variables.extend(values);
        }
    }
    Ok(config)
}

fn read(path: &Path) -> Result<RawConfig> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read runtime config {}", path.display()))?;
    match toml::from_str(&text) {
        Ok(config) => Ok(config),
        Err(error) => {
            let line = error.span().map_or(1, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            bail!(
                "{}:{line}: {}",
                path.display(),
                error.message().replace('\n', " ")
            )
        }
    }
}

impl RuntimeConfig {
    /// The label `default` is always there.
    fn add_defaults(&mut self) {
        let file = |name: &str| self.state_dir.as_ref().map(|dir| dir.join(name));
        let key_value = KeyValueBackend::Embedded(file("sqlite_key_value.db"));
        let sqlite = SqliteBackend {
            path: file("sqlite_db.db"),
            allow_attach_file: false,
        };
        self.key_value.insert("default".into(), key_value);
        self.sqlite.insert("default".into(), sqlite);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_backends_follow_the_state_directory() {
        let config = load(None, None, Path::new("/app")).unwrap();
        assert_eq!(
            config.key_value["default"],
            KeyValueBackend::Embedded(Some("/app/.spin/sqlite_key_value.db".into()))
        );
        assert_eq!(
            config.sqlite["default"].path,
            Some("/app/.spin/sqlite_db.db".into())
        );
        let config = load(None, Some(""), Path::new("/app")).unwrap();
        assert_eq!(config.key_value["default"], KeyValueBackend::Embedded(None));
    }

    #[test]
    fn reads_backends_and_names_unknown_ones() {
        let dir = std::env::temp_dir().join(format!("realcare-host-config-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let file = dir.join("runtime.toml");
        fs::write(
            &file,
            "[key_value_store.a]\ntype = \"spin\"\npath = \"a.db\"\n[key_value_store.b]\ntype = \"redis\"\nurl = \"redis://x\"\n\
             [[variables_provider]]\ntype = \"static\"\nvalues = { k = \"v\" }\n",
        )
        .unwrap();
        let config = load(Some(&file), None, Path::new("/app")).unwrap();
        assert_eq!(
            config.key_value["a"],
            KeyValueBackend::Embedded(Some(dir.join("a.db")))
        );
        assert_eq!(config.key_value["b"], KeyValueBackend::Redis("redis://x".into()));
        assert_eq!(config.variables["k"], "v");
        fs::write(&file, "\n[key_value_store.a]\ntype = \"dynamo\"\n").unwrap();
        let error = load(Some(&file), None, Path::new("/app"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("runtime.toml:3") && error.contains("dynamo"),
            "{error}"
        );
        fs::remove_dir_all(&dir).unwrap();
    }
}
