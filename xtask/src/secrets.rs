//! Development secrets: made once into `.env`, which git ignores and only its owner reads.
//!
//! Spin reads `.env` of the folder it is started in; `cargo xtask up` passes the values in the environment as well.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_compact::{KeyPair, Seed};

use crate::term;

/// What Spin puts in front of the variable's name.
const PREFIX: &str = "SPIN_VARIABLE_";

const HEADING: &str = "# Development secrets, made by `cargo xtask`. Never use them anywhere else; delete a line to \
                       have it made anew.\n";

/// Makes what is missing and gives all values, as environment variables.
pub fn ensure(root: &Path) -> Result<BTreeMap<String, String>> {
    let path = root.join(".env");
    let text = text(&path)?;
    let mut values = parse(&text, &path)?;
    let additions = missing(&mut values)?;
    if !additions.is_empty() {
        append(&path, &text, &additions)?;
        let names: Vec<&str> = additions.iter().map(|addition| addition.name).collect();
        term::note(format_args!(
            "made development secrets in .env: {}",
            names.join(", ")
        ));
    }
    tighten(&path)?;
    Ok(values)
}

struct Addition {
    name: &'static str,
    comment: &'static str,
    value: String,
}

/// Fills `values` with what it lacks and gives the new lines.
fn missing(values: &mut BTreeMap<String, String>) -> Result<Vec<Addition>> {
    let mut additions = Vec::new();
    let mut add = |values: &mut BTreeMap<String, String>, name, comment, value: String| {
        values.insert(variable(name), value.clone());
        additions.push(Addition { name, comment, value });
    };
    if !values.contains_key(&variable("signing_key")) {
        let value = format!("{}:{}", key_id()?, encode(&random::<32>()?));
        add(
            values,
            "signing_key",
            "signs access tokens: <key id>:<Ed25519 seed>",
            value,
        );
    }
    if !values.contains_key(&variable("verifying_keys")) {
        let value = verifying_key(&values[&variable("signing_key")])?;
        add(
            values,
            "verifying_keys",
            "verify access tokens: <key id>:<Ed25519 public key>[,...]",
            value,
        );
    }
    if !values.contains_key(&variable("cursor_key")) {
        add(
            values,
            "cursor_key",
            "authenticates list cursors: 32 random bytes",
            encode(&random::<32>()?),
        );
    }
    if !values.contains_key(&variable("internal_key")) {
        add(
            values,
            "internal_key",
            "opens the routes below /internal: 32 random bytes",
            encode(&random::<32>()?),
        );
    }
    if !values.contains_key(&variable("encryption_keys")) {
        let value = format!("{}:{}", key_id()?, encode(&random::<32>()?));
        add(
            values,
            "encryption_keys",
            "encrypt provider tokens, the first one new ones: <key id>:<32 random bytes>[,...]",
            value,
        );
    }
    Ok(additions)
}

/// The public half of a signing key, under the same key id.
fn verifying_key(signing_key: &str) -> Result<String> {
    let (id, seed) = signing_key.split_once(':').unwrap_or(("", ""));
    let seed = URL_SAFE_NO_PAD
        .decode(seed)
        .ok()
        .and_then(|seed| Seed::from_slice(&seed).ok());
    let (false, Some(seed)) = (id.is_empty(), seed) else {
        bail!(
            "SPIN_VARIABLE_SIGNING_KEY in .env is not <key id>:<base64url of 32 bytes>; delete the line to have it made anew"
        );
    };
    Ok(format!("{id}:{}", encode(KeyPair::from_seed(seed).pk.as_ref())))
}

/// What such a file says, by environment variable, as Spin reads it; nothing when there is no file.
///
/// # Errors
/// When it cannot be read, or a line is not `NAME=value`; then Spin reads nothing of it either. No value stands in the error.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>> {
    parse(&text(path)?, path)
}

fn text(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// By the library that Spin reads `.env` with, so that quotes, `export`, comments behind a value and `${OTHER}` mean the same.
fn parse(text: &str, path: &Path) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = pair.map_err(|error| malformed(&error, text, path))?;
        values.insert(name, value);
    }
    Ok(values)
}

/// Where a file is malformed. The library shows the line, which may hold a secret, and does not number it.
fn malformed(error: &dotenvy::Error, text: &str, path: &Path) -> anyhow::Error {
    let number = match error {
        // It shows a line, or a value alone; a quote that does not end takes the lines behind it along.
        dotenvy::Error::LineParse(wrong, _) => {
            let wrong = wrong.lines().next().unwrap_or_default().trim();
            let is_it = |line: &str| !line.trim().starts_with('#') && line.contains(wrong);
            text.lines().position(|line| !wrong.is_empty() && is_it(line))
        }
        _ => None,
    };
    let line = number.map_or_else(String::new, |number| format!(", line {}", number + 1));
    anyhow::anyhow!(
        "{}{line}: expected NAME=value; a value with spaces, `#` or `$` needs single quotes around it",
        path.display()
    )
}

fn append(path: &Path, before: &str, additions: &[Addition]) -> Result<()> {
    let mut text = String::new();
    if before.is_empty() {
        text.push_str(HEADING);
    } else if !before.ends_with('\n') {
        text.push('\n');
    }
    for addition in additions {
        text.push_str(&format!(
            "# {}\n{}={}\n",
            addition.comment,
            variable(addition.name),
            addition.value
        ));
    }
    let mut file = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    tighten(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Puts a file that only its owner reads in the place of another, at once.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| format!("cannot write {}", beside.display()))?;
    tighten(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path).with_context(|| format!("cannot replace {}", path.display()))
}

/// A key with its id, `<key id>:<32 bytes in base64url>`. It has no debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: String,
    bytes: [u8; 32],
}

impl Key {
    /// A new one.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            id: key_id()?,
            bytes: random()?,
        })
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, bytes) = text.split_once(':')?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?.try_into().ok()?;
        (!id.is_empty()).then(|| Self {
            id: id.to_owned(),
            bytes,
        })
    }

    /// Writes it.
    pub fn write(&self) -> String {
        format!("{}:{}", self.id, encode(&self.bytes))
    }

    /// The public half of a signing key, under the same id.
    pub fn public(&self) -> Result<Self> {
        let public = verifying_key(&self.write())?;
        Self::parse(&public).context("a public key has 32 bytes")
    }
}

fn tighten(path: &Path) -> Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
            .with_context(|| format!("cannot make {} readable by its owner only", path.display()))?;
        term::note(".env was readable by others; set to mode 0600");
    }
    Ok(())
}

/// The environment variable of a variable.
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
    Ok(bytes)
}

fn key_id() -> Result<String> {
    Ok(random::<4>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_all_once_and_keeps_what_is_there() {
        let folder = std::env::temp_dir().join(format!("realcare-secrets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(".env"), "SPIN_VARIABLE_CURSOR_KEY=\"kept\"").unwrap();
        let first = ensure(&folder).unwrap();
        assert_eq!(first["SPIN_VARIABLE_CURSOR_KEY"], "kept");
        assert_eq!(read(&folder.join(".env")).unwrap(), first);
        assert_eq!(first.len(), 5);
        assert_eq!(ensure(&folder).unwrap(), first);
        assert_eq!(
            fs::metadata(folder.join(".env")).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_spin_would_not_read_is_named_by_its_line_and_without_the_secret() {
        let path = Path::new("some.env");
        for wrong in ["NONSENSE-s3cret", "KEY=\"s3cret", "KEY=s3cret and more"] {
            let error = parse(&format!("A=1\n\n  {wrong}\nB=2\n"), path).unwrap_err();
            let said = format!("{error:#}");
            assert!(said.contains("some.env, line 3: expected NAME=value"), "{said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn the_verifying_key_is_the_public_half() {
        // RFC 8032, section 7.1, test 1.
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
            0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = verifying_key(&format!("0a0b0c0d:{}", encode(&seed))).unwrap();
        assert_eq!(key, "0a0b0c0d:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert!(verifying_key("nonsense").is_err());
    }
}
