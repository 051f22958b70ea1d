//! What may stand where in the text of the project.

use realcare_house::{Source, expect_none, packages, request_sources, root, sources, toml};

const LINES: usize = 400;

/// Where Korean may stand: the catalogue, documents, tests and data.
const KOREAN: &[&str] = &[
    "crates/i18n/",
    // Words of contract language, which are looked for and never shown.
    "crates/domain/src/analysis/words/",
    "components/analyst-rules/src/patterns/",
    "docs/",
    "tests/",
    "migrations/",
    // Made out of the components; names of regions stand in its examples.
    "openapi.json",
    "xtask/src/sample",
    "clients/",
    "bench/",
];

/// Lints that request code denies, because a panic takes the neighbours of a shared instance down.
const STRICT: &[&str] = &["unwrap_used", "expect_used", "panic", "indexing_slicing"];

#[test]
fn files_are_small() {
    let in_rooms =
        |source: &&Source| source.path.starts_with("crates/") || source.path.starts_with("components/");
    let found = sources()
        .iter()
        .filter(in_rooms)
        .filter(|source| source.path.ends_with(".rs") && source.text.lines().count() > LINES)
        .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()))
        .collect();
    expect_none(found, "At most 400 lines in a file; split it by noun or verb:");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let found = sources()
        .iter()
        .flat_map(|source| lines_with(source, &words))
        .collect();
    expect_none(
        found,
        "Do it now or write an issue; no notes for later in the files:",
    );
}

#[test]
fn no_file_knows_a_machine() {
    let folders: Vec<String> = ["root", "home", "Users", "work"]
        .iter()
        .map(|folder| format!("/{folder}/"))
        .collect();
    let registries = [["artifact", "ory"].concat()];
    let is_lock = |source: &&Source| source.path.ends_with(".lock") || source.path.ends_with("-lock.json");
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !is_lock(source)) {
        // In an address such a word is a path of its server.
        found.extend(
            lines_with(source, &folders)
                .into_iter()
                .filter(|line| !line.contains("://")),
        );
        found.extend(lines_with(source, &registries));
    }
    expect_none(
        found,
        "Paths or registries of one machine; use paths relative to the root and default registries:",
    );
}

#[test]
fn packages_come_from_the_public_registries() {
    let mut found = Vec::new();
    for source in sources() {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let (mark, home): (&str, &str) = match name {
            "Cargo.lock" => (
                "source = \"",
                "registry+https://github.com/rust-lang/crates.io-index",
            ),
            "package-lock.json" => ("\"resolved\": \"", "https://registry.npmjs.org/"),
            _ => continue,
        };
        let odd = source
            .text
            .lines()
            .filter_map(|line| line.split_once(mark))
            .filter(|(_, from)| !from.starts_with(home));
        found.extend(odd.map(|(_, from)| format!("{}: {from}", source.path)));
    }
    expect_none(
        found,
        "Lock files name sources that others cannot reach; lock again with the default registry:",
    );
}

#[test]
fn korean_stands_in_the_catalogue() {
    let allowed = |path: &str| {
        path.ends_with(".md")
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || KOREAN.iter().any(|folder| path.starts_with(folder))
    };
    let found = sources()
        .iter()
        .filter(|source| !allowed(&source.path))
        .flat_map(|source| {
            let hit = |(number, line): (usize, &str)| {
                line.chars()
                    .any(is_hangul)
                    .then(|| format!("{}:{number}", source.path))
            };
            source.product_lines().filter_map(hit).collect::<Vec<_>>()
        })
        .collect();
    expect_none(
        found,
        "Strings for people belong into the message catalogue, crates/i18n:",
    );
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

#[test]
fn request_code_denies_panics() {
    let workspace = toml("Cargo.toml");
    let clippy = workspace
        .get("workspace")
        .and_then(|all| all.get("lints"))
        .and_then(|lints| lints.get("clippy"));
    let level = |lint: &str| {
        clippy
            .and_then(|lints| lints.get(lint))
            .and_then(toml::Value::as_str)
    };
    let mut found: Vec<String> = STRICT
        .iter()
        .filter(|lint| level(lint) != Some("deny"))
        .map(|lint| format!("Cargo.toml: [workspace.lints.clippy] {lint} = \"deny\""))
        .collect();
    for package in packages().iter().filter(|package| package.is_request_code()) {
        let manifest = toml(&format!("{}/Cargo.toml", package.folder()));
        let inherits = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        if inherits != Some(true) {
            found.push(format!(
                "{}/Cargo.toml: [lints] workspace = true",
                package.folder()
            ));
        }
    }
    expect_none(found, "Request code must not panic; add:");
}

#[test]
fn request_code_does_not_allow_panics_again() {
    let words: Vec<String> = STRICT
        .iter()
        .map(|lint| format!("allow(clippy::{lint}"))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = request_sources()
        .iter()
        .flat_map(|source| source.find(&words))
        .collect();
    expect_none(found, "Return an error instead of allowing a panic:");
}

#[test]
fn migrations_are_the_same_on_both_engines() {
    let names = |engine: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root().join("migrations").join(engine))
            .into_iter()
            .flatten();
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        names.sort();
        names
    };
    let sqlite = names("sqlite");
    assert_eq!(
        sqlite,
        names("postgres"),
        "give every migration a twin of the same name in the other folder"
    );
    for (index, name) in sqlite.iter().enumerate() {
        let number = format!("{:04}_", index + 1);
        assert!(
            name.starts_with(&number),
            "{name}: expected the number {number}; renumber without gaps"
        );
    }
}

fn lines_with(source: &Source, words: &[String]) -> Vec<String> {
    source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())))
        .map(|(index, line)| format!("{}:{}: {}", source.path, index + 1, line.trim()))
        .collect()
}
