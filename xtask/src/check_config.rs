//! `cargo xtask check-config`: says before the start what an instance would say at its first request (GUARD-12).

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail};
use config::{
    Analyst, ConfigError, Cursors, DatabaseTarget, Edge, FIELDS, Field, Gemini, GeminiQuota, Internal,
    MailApi, MailQuota, OutsideServices, Pages, Passwords, Providers, Service, Signing, Tokens, Values,
};

use crate::secrets;
use crate::term;
use crate::workspace::Workspace;

/// What Spin puts in front of a variable's name.
const PREFIX: &str = "SPIN_VARIABLE_";

/// What `cargo xtask check-config` understands.
#[derive(clap::Args)]
pub struct Args {
    /// File with SPIN_VARIABLE_… lines; what the environment says wins, as on Spin
    #[arg(long, value_name = "FILE", default_value = ".env")]
    env_file: PathBuf,
}

/// Runs `cargo xtask check-config`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let given = given(&workspace.root.join(&args.env_file))?;
    let refused = match check(&given) {
        Ok(()) => Vec::new(),
        Err(ConfigError(refused)) => refused,
    };
    let mut rows = vec![term::row(["variable", "state", "expected"])];
    for field in FIELDS {
        let wrong = refused.iter().find(|refused| refused.name == field.name);
        let state = match wrong {
            Some(wrong) if wrong.missing => "missing",
            Some(_) => "malformed",
            None => state(field, &given),
        };
        let expected = wrong.map_or("", |wrong| wrong.expected);
        rows.push(vec![field.name.to_owned(), state.to_owned(), expected.to_owned()]);
    }
    term::table(&rows);
    if refused.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {} variables cannot be used, see the table",
        refused.len(),
        FIELDS.len()
    )
}

fn state(field: &Field, given: &BTreeMap<String, String>) -> &'static str {
    if given.contains_key(field.name) {
        "set"
    } else {
        "default"
    }
}

/// Reads every section, so that every mistake is found.
fn check(given: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    let mut values = Values::new(given.clone());
    let database = DatabaseTarget::read(&mut values);
    let database_host = values.read("database_host", |host| {
        let is_reached = database
            .as_ref()
            .is_none_or(|database| database.is_reached_by(host));
        is_reached.then_some(())
    });
    let complete = [
        database.is_some() && database_host.is_some(),
        Service::read(&mut values).is_some(),
        Tokens::read(&mut values).is_some(),
        Signing::read(&mut values).is_some(),
        Cursors::read(&mut values).is_some(),
        Edge::read(&mut values).is_some(),
        Passwords::read(&mut values).is_some(),
        Internal::read(&mut values).is_some(),
        Pages::read(&mut values).is_some(),
        MailApi::read(&mut values).is_some(),
        MailQuota::read(&mut values).is_some(),
        Gemini::read(&mut values).is_some(),
        GeminiQuota::read(&mut values).is_some(),
        Providers::read(&mut values).is_some(),
        Analyst::read(&mut values).is_some(),
        OutsideServices::read(&mut values).is_some(),
    ];
    values.finish(complete.iter().all(|read| *read).then_some(()))
}

/// The variables of the file and, on top, of the environment.
fn given(file: &std::path::Path) -> Result<BTreeMap<String, String>> {
    let all = secrets::read(file)?.into_iter().chain(std::env::vars());
    Ok(all
        .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_lowercase(), value)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_and_the_descriptions_name_the_same_variables() {
        let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../spin.toml")).unwrap();
        let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
        let declared = manifest["variables"].as_table().unwrap();
        for field in FIELDS {
            let declared = declared
                .get(field.name)
                .unwrap_or_else(|| panic!("{} is not declared", field.name));
            let default = declared.get("default").and_then(toml_edit::Item::as_str);
            assert_eq!(default, field.default, "{}", field.name);
            let secret = declared
                .get("secret")
                .and_then(toml_edit::Item::as_bool)
                .unwrap_or(false);
            assert_eq!(secret, field.secret, "{}", field.name);
        }
    }

    // GUARD-12
    #[test]
    fn a_file_is_read_as_spin_reads_it() {
        let file = std::env::temp_dir().join(format!("realcare-check-config-{}.env", std::process::id()));
        let text = "# a comment\n\
                    export SPIN_VARIABLE_GEMINI_MODEL='gemini-2.5-pro'\n\
                    SPIN_VARIABLE_ENVIRONMENT=\"development\"\n\
                    SPIN_VARIABLE_TRUSTED_PROXIES=2 # hops\n";
        std::fs::write(&file, text).unwrap();
        let given = given(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        for (name, value) in [
            ("gemini_model", "gemini-2.5-pro"),
            ("environment", "development"),
            ("trusted_proxies", "2"),
        ] {
            assert_eq!(given.get(name).map(String::as_str), Some(value), "{name}");
        }
    }

    #[test]
    fn an_address_that_spin_would_refuse_is_found() {
        let url = "postgres://realcare:secret@db.example.com/realcare";
        for (host, good) in [
            ("postgres://db.example.com:5432", true),
            ("postgres://db.example.com", false),
            ("postgres://db.example.com:5433", false),
            ("postgres://localhost.invalid:5432", false),
        ] {
            let given = [("database_url", url), ("database_host", host)];
            let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let ConfigError(refused) = check(&BTreeMap::from(given)).unwrap_err();
            let is_refused = refused.iter().any(|refused| refused.name == "database_host");
            assert_eq!(is_refused, !good, "{host}");
        }
    }

    #[test]
    fn every_mistake_is_found_at_once() {
        let given = BTreeMap::from([("environment".to_owned(), "staging".to_owned())]);
        let ConfigError(refused) = check(&given).unwrap_err();
        let names: Vec<_> = refused.iter().map(|refused| refused.name).collect();
        assert_eq!(
            names,
            [
                "environment",
                "verifying_keys",
                "signing_key",
                "cursor_key",
                "internal_key",
                "encryption_keys",
            ]
        );
    }
}
