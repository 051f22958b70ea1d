//! `cargo xtask keys`: rotates the keys in `.env` without signing anybody out, and retires the old ones.
//!
//! Deployments keep their variables elsewhere; what is printed says which variable changes and how, and the same command works on any
//! file of `SPIN_VARIABLE_…` lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};

use crate::secrets::{self, Key};
use crate::term;
use crate::workspace::Workspace;

/// How long an access token lives, and how far clocks may differ (AUTH-4).
const ACCESS_TOKEN: Duration = Duration::from_secs(30 * 60 + 30);
/// How long others may keep the published keys: until then a new key must not sign.
const PUBLISHED: Duration = Duration::from_secs(300);

/// What `cargo xtask keys` understands.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Add a new key that is used from now on; the old one still verifies or decrypts
    Rotate(Which),
    /// Remove the keys that are not used any more
    Retire(Which),
    /// Show the ids of the keys and what each is for
    Status(Place),
}

#[derive(clap::Args)]
struct Which {
    /// The key that signs access tokens
    #[arg(long)]
    signing: bool,
    /// The key that encrypts the tokens of providers
    #[arg(long)]
    encryption: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Place {
    /// File with SPIN_VARIABLE_… lines
    #[arg(long, value_name = "FILE", default_value = ".env")]
    env_file: PathBuf,
}

impl Which {
    /// Without a choice both are meant.
    fn signing(&self) -> bool {
        self.signing || !self.encryption
    }

    fn encryption(&self) -> bool {
        self.encryption || !self.signing
    }
}

/// Runs `cargo xtask keys`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    match &args.command {
        Command::Rotate(which) => {
            let file = workspace.root.join(&which.place.env_file);
            let mut lines = Lines::read(&file)?;
            for line in rotate(&mut lines, which, SystemTime::now())? {
                term::note(line);
            }
            lines.write(&file)
        }
        Command::Retire(which) => {
            let file = workspace.root.join(&which.place.env_file);
            let mut lines = Lines::read(&file)?;
            for line in retire(&mut lines, which)? {
                term::note(line);
            }
            lines.write(&file)
        }
        Command::Status(place) => {
            let lines = Lines::read(&workspace.root.join(&place.env_file))?;
            let mut rows = vec![term::row(["key", "id", "use"])];
            let (signing, verifying) = (lines.keys("signing_key")?, lines.keys("verifying_keys")?);
            rows.extend(verifying.iter().map(|key| {
                let signs = signing.iter().any(|signing| signing.id == key.id);
                let used = if signs { "signs and verifies" } else { "verifies" };
                vec!["access tokens".to_owned(), key.id.clone(), used.to_owned()]
            }));
            let encryption = lines.keys("encryption_keys")?;
            rows.extend(encryption.iter().enumerate().map(|(place, key)| {
                let used = if place == 0 {
                    "encrypts and decrypts"
                } else {
                    "decrypts"
                };
                vec!["provider tokens".to_owned(), key.id.clone(), used.to_owned()]
            }));
            term::table(&rows);
            Ok(())
        }
    }
}

/// Adds new keys in front of the old ones; says what was done and when the old ones can go.
fn rotate(lines: &mut Lines, which: &Which, now: SystemTime) -> Result<Vec<String>> {
    let mut said = Vec::new();
    if which.signing() {
        let mut verifying = lines.keys("verifying_keys")?;
        if verifying.len() > 1 {
            bail!("two keys verify access tokens already: `cargo xtask keys retire --signing` first");
        }
        let seed = Key::generate()?;
        verifying.insert(0, seed.public()?);
        let old = lines.keys("signing_key")?;
        let end = moment(now, ACCESS_TOKEN + PUBLISHED)?;
        said.push(format!(
            "signing key {} signs from the next start on; {} still verifies and can go after {end}, if every instance runs with \
             the new values by then",
            seed.id,
            ids(&old)
        ));
        said.push(
            "with several instances: deploy the new verifying_keys first, and the new signing_key five minutes later".to_owned(),
        );
        lines.set("signing_key", &[seed]);
        lines.set("verifying_keys", &verifying);
    }
    if which.encryption() {
        let mut keys = lines.keys("encryption_keys")?;
        let new = Key::generate()?;
        said.push(format!(
            "encryption key {} encrypts from the next start on; {} still decrypts and can go when no row of provider_identities \
             names it in key_id: rows move when they are read",
            new.id,
            ids(&keys)
        ));
        keys.insert(0, new);
        lines.set("encryption_keys", &keys);
    }
    Ok(said)
}

/// Takes away every key but the newest.
fn retire(lines: &mut Lines, which: &Which) -> Result<Vec<String>> {
    let mut said = Vec::new();
    if which.signing() {
        let signing = lines.keys("signing_key")?;
        let (kept, gone): (Vec<_>, Vec<_>) = lines
            .keys("verifying_keys")?
            .into_iter()
            .partition(|key| signing.iter().any(|signing| signing.id == key.id));
        if kept.is_empty() {
            bail!("verifying_keys has no key with the id of signing_key; nothing was changed");
        }
        said.push(told("verifying", &gone));
        lines.set("verifying_keys", &kept);
    }
    if which.encryption() {
        let mut keys = lines.keys("encryption_keys")?;
        let gone = keys.split_off(1);
        said.push(told("encryption", &gone));
        lines.set("encryption_keys", &keys);
    }
    Ok(said)
}

fn told(kind: &str, gone: &[Key]) -> String {
    if gone.is_empty() {
        format!("no {kind} key to retire")
    } else {
        format!("retired {kind} key {}", ids(gone))
    }
}

fn ids(keys: &[Key]) -> String {
    let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    ids.join(", ")
}

/// An instant as people read it, in UTC.
fn moment(now: SystemTime, later: Duration) -> Result<String> {
    let seconds = (now + later).duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let at = domain::Timestamp::from_micros(i64::try_from(seconds)? * 1_000_000);
    let text = at.to_string();
    Ok(text.split('.').next().unwrap_or(&text).replace('T', " ") + " UTC")
}

/// A file of variables, kept as it is but for the values that change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lines(Vec<String>);

impl Lines {
    fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read {}: `cargo xtask up` makes it", file.display()))?;
        Ok(Self(text.lines().map(str::to_owned).collect()))
    }

    /// Replaces the file at once, so that nobody reads half of it and a failure leaves the old one.
    fn write(&self, file: &Path) -> Result<()> {
        let text = self.0.join("\n") + "\n";
        secrets::replace(file, &text)
    }

    fn place(&self, name: &str) -> Option<usize> {
        let variable = secrets::variable(name);
        self.0.iter().position(|line| {
            let assignment = line.trim().strip_prefix("export ").unwrap_or(line.trim());
            assignment
                .split_once('=')
                .is_some_and(|(name, _)| name.trim() == variable)
        })
    }

    /// The keys of a variable.
    fn keys(&self, name: &str) -> Result<Vec<Key>> {
        let line = self.place(name).map(|place| self.0[place].as_str());
        let value = line
            .and_then(|line| line.split_once('='))
            .map(|(_, value)| value.trim());
        let Some(value) = value else {
            bail!(
                "{} is not set; `cargo xtask up` makes it",
                secrets::variable(name)
            );
        };
        let plain = value.trim_matches(['"', '\'']);
        let keys: Option<Vec<Key>> = plain.split(',').map(|key| Key::parse(key.trim())).collect();
        keys.with_context(|| {
            format!(
                "{} is not <key id>:<32 bytes in base64url>[,...]",
                secrets::variable(name)
            )
        })
    }

    fn set(&mut self, name: &str, keys: &[Key]) {
        let keys: Vec<String> = keys.iter().map(Key::write).collect();
        let line = format!("{}={}", secrets::variable(name), keys.join(","));
        match self.place(name) {
            Some(place) => self.0[place] = line,
            None => self.0.push(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn which(signing: bool, encryption: bool) -> Which {
        let env_file = PathBuf::from(".env");
        Which {
            signing,
            encryption,
            place: Place { env_file },
        }
    }

    fn fresh() -> Lines {
        let mut lines = Lines(vec![
            "# kept as it is".to_owned(),
            "SPIN_VARIABLE_CURSOR_KEY=\"untouched\"".to_owned(),
        ]);
        let seed = Key::generate().unwrap();
        lines.set("verifying_keys", &[seed.public().unwrap()]);
        lines.set("signing_key", &[seed]);
        lines.set("encryption_keys", &[Key::generate().unwrap()]);
        lines
    }

    fn turn(lines: &mut Lines, which: &Which) -> Vec<String> {
        rotate(lines, which, SystemTime::UNIX_EPOCH + NOW).unwrap()
    }

    #[test]
    fn a_new_signing_key_signs_and_the_old_one_still_verifies() {
        let (mut lines, which) = (fresh(), which(true, false));
        let before = lines.clone();
        let said = turn(&mut lines, &which);
        let (old, new) = (
            &before.keys("signing_key").unwrap()[0],
            &lines.keys("signing_key").unwrap()[0],
        );
        assert_ne!(old.id, new.id);
        let verifying = lines.keys("verifying_keys").unwrap();
        assert!(
            verifying[0] == new.public().unwrap(),
            "the public half of what signs"
        );
        assert!(verifying[1] == old.public().unwrap());
        assert_eq!(lines.0[..2], before.0[..2]);
        assert!(lines.keys("encryption_keys").unwrap() == before.keys("encryption_keys").unwrap());
        // 30 min 30 s and 5 min after 2027-01-15 08:00:00.
        assert!(said[0].contains("2027-01-15 08:35:30 UTC"), "{said:?}");
        assert!(
            said.iter()
                .all(|line| !line.contains(&new.write()) && !line.contains(&old.write()))
        );
        let again = rotate(&mut lines, &which, SystemTime::UNIX_EPOCH + NOW);
        assert!(again.unwrap_err().to_string().contains("retire --signing"));
        retire(&mut lines, &which).unwrap();
        assert!(lines.keys("verifying_keys").unwrap() == vec![new_public(&lines)]);
        retire(&mut lines, &which).unwrap();
        assert!(
            lines.keys("verifying_keys").unwrap() == vec![new_public(&lines)],
            "a second time nothing goes"
        );
    }

    fn new_public(lines: &Lines) -> Key {
        lines.keys("signing_key").unwrap()[0].public().unwrap()
    }

    #[test]
    fn a_new_encryption_key_encrypts_and_the_old_ones_still_decrypt() {
        let (mut lines, which) = (fresh(), which(false, true));
        let before = lines.clone();
        turn(&mut lines, &which);
        turn(&mut lines, &which);
        let keys = lines.keys("encryption_keys").unwrap();
        assert_eq!(keys.len(), 3);
        assert!(keys[2] == before.keys("encryption_keys").unwrap()[0]);
        assert!(lines.keys("signing_key").unwrap() == before.keys("signing_key").unwrap());
        retire(&mut lines, &which).unwrap();
        assert!(lines.keys("encryption_keys").unwrap() == keys[..1]);
    }

    #[test]
    fn without_a_choice_both_turn() {
        let mut lines = fresh();
        assert_eq!(turn(&mut lines, &which(false, false)).len(), 3);
        assert_eq!(lines.keys("verifying_keys").unwrap().len(), 2);
        assert_eq!(lines.keys("encryption_keys").unwrap().len(), 2);
    }

    #[test]
    fn nothing_is_changed_when_the_file_is_not_in_order() {
        let mut lines = fresh();
        let place = lines.place("verifying_keys").unwrap();
        lines.0[place] = "SPIN_VARIABLE_VERIFYING_KEYS=nonsense".to_owned();
        let before = lines.clone();
        assert!(rotate(&mut lines, &which(true, false), SystemTime::UNIX_EPOCH + NOW).is_err());
        assert_eq!(lines, before);
        let other = Key::generate().unwrap().public().unwrap();
        lines.set("verifying_keys", &[other]);
        let before = lines.clone();
        assert!(
            retire(&mut lines, &which(true, false)).is_err(),
            "the key that signs must verify"
        );
        assert_eq!(lines, before);
    }

    #[test]
    fn the_file_is_replaced_as_a_whole_and_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("realcare-keys-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(".env");
        fresh().write(&file).unwrap();
        let lines = Lines::read(&file).unwrap();
        assert!(lines.0[0].starts_with('#') && lines.keys("signing_key").is_ok());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
        fs::remove_dir_all(&folder).unwrap();
    }
}
