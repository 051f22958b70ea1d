//! What a case consists of: a folder with an app and what is expected of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

/// A folder with `spin.toml` and `case.toml`.
pub struct Case {
    /// Name of the folder.
    pub name: String,
    /// The folder.
    pub directory: PathBuf,
    /// What `case.toml` says.
    pub script: Script,
}

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What the case shows.
    #[serde(rename = "description")]
    _description: String,
    /// A variable of the runner's environment that the case needs; where it stands in `spin.toml` as `$NAME` its value
    /// is put. Without it the case is skipped.
    pub requires: Option<String>,
    /// More arguments of `up`.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Environment of the host.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Whether the app is expected to start.
    #[serde(default = "yes")]
    pub starts: bool,
    /// Parts of what the host prints, on any host.
    #[serde(default)]
    pub output: Vec<String>,
    /// Parts of what the stand-in prints, whose words are its own.
    #[serde(default)]
    pub stand_in_output: Vec<String>,
    /// Parts of files in the state directory.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Requests in order.
    #[serde(default, rename = "request")]
    pub requests: Vec<Request>,
}

/// A request and its expected answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Path and query; `UPSTREAM` stands for the address of a server that answers `upstream`.
    pub path: String,
    /// Method.
    #[serde(default = "get")]
    pub method: String,
    /// Headers beside those that every request has.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// More headers, whose values are bytes: what no text can hold.
    #[serde(default)]
    pub raw_headers: Vec<(String, Vec<u8>)>,
    /// Body.
    pub body: Option<String>,
    /// Whether the body is sent without its length.
    #[serde(default)]
    pub chunked: bool,
    /// Stop the app and start it on the same state before this request.
    #[serde(default)]
    pub restart: bool,
    /// A request that is under way while this one is sent.
    pub alongside: Option<Alongside>,
    /// Expected status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Expected body.
    pub expect: Option<String>,
    /// What Spin answers instead, where the stand-in knowingly differs; its README says why.
    pub spin: Option<OnSpin>,
    /// Expected parts of the body.
    #[serde(default)]
    pub contains: Vec<String>,
    /// Expected headers.
    #[serde(default)]
    pub expect_headers: BTreeMap<String, String>,
    /// How long the answer may take at least and at most, in milliseconds.
    pub takes: Option<(u64, u64)>,
    /// How often it may be sent until the answer takes that time. Whether two requests meet depends on what else the machine does;
    /// a host that behaves otherwise misses the time at each attempt.
    #[serde(default = "once")]
    pub attempts: u32,
}

/// A request that is under way while another one is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alongside {
    /// Path and query.
    pub path: String,
    /// Body.
    pub body: Option<String>,
    /// Expected status.
    pub status: u16,
}

/// An answer of Spin's that the stand-in does not give.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnSpin {
    /// Expected status.
    pub status: u16,
    /// Expected body.
    pub expect: String,
}

fn yes() -> bool {
    true
}

fn once() -> u32 {
    1
}

fn get() -> String {
    "GET".into()
}

fn ok() -> u16 {
    200
}

/// Reads all cases below a directory whose name contains `filter`.
///
/// # Errors
/// A folder without a readable `case.toml`.
pub fn load_all(directory: &Path, filter: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| format!("no cases in {}", directory.display()))? {
        let directory = entry?.path();
        let name = directory
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !directory.is_dir() || !name.contains(filter) {
            continue;
        }
        let script = fs::read_to_string(directory.join("case.toml")).with_context(|| name.clone())?;
        let script = toml::from_str(&script).with_context(|| format!("{name}/case.toml"))?;
        cases.push(Case {
            name,
            directory,
            script,
        });
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(cases)
}
