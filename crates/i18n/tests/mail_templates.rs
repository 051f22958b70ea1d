//! Triggers write mails by the name of their text; the names stand in the migrations.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use i18n::{Language, mail};

fn migrations(engine: &str) -> Vec<String> {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let folder: PathBuf = Path::new(&here).join("../../migrations").join(engine);
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect()
}

/// Every literal in a statement that writes to the outbox, but the keys into JSON: the names of templates.
fn templates(text: &str) -> BTreeSet<String> {
    let statements = text.split("INSERT INTO outbox").skip(1);
    let statements = statements.filter_map(|rest| rest.split(';').next());
    statements
        .flat_map(|statement| {
            let parts: Vec<_> = statement.split('\'').collect();
            let quoted = parts.chunks(2).filter(|pair| pair.len() == 2);
            let named = quoted.filter(|pair| !pair[0].trim_end().ends_with("->>"));
            named.map(|pair| pair[1].to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_template_of_the_migrations_has_its_text_in_both_languages() {
    for engine in ["sqlite", "postgres"] {
        let names: BTreeSet<_> = migrations(engine)
            .iter()
            .flat_map(|text| templates(text))
            .collect();
        for known in [
            "verify_email",
            "already_registered",
            "reset_password",
            "password_changed",
            "lockout",
        ] {
            assert!(names.contains(known), "{engine}: {known} is not found any more");
        }
        for name in &names {
            for language in [Language::English, Language::Korean] {
                assert!(mail(language, name).is_some(), "{engine}: {name} in {language:?}");
            }
        }
    }
}
