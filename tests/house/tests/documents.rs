//! Documents say what is so: tests that they name exist, and what a fresh reader looks for is there (DOC-1).

use std::collections::BTreeSet;

use realcare_house::{Source, expect_none, root, sources};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all tests in the project's Rust sources.
fn tests() -> BTreeSet<String> {
    let of = |source: &Source| -> Vec<String> {
        let mut names = Vec::new();
        let mut is_test = false;
        for line in source.text.lines().map(str::trim) {
            if line == "#[test]" || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if let Some((_, rest)) = line.split_once("fn ") {
                let name: String = rest
                    .chars()
                    .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                    .collect();
                if std::mem::take(&mut is_test) {
                    names.push(name);
                }
            }
        }
        names
    };
    sources()
        .iter()
        .filter(|source| source.path.ends_with(".rs"))
        .flat_map(of)
        .collect()
}

/// The rows of the table of OWASP ASVS: number, verdict, evidence.
fn rows() -> Vec<(String, String, String)> {
    let text = read("SECURITY.md");
    let (_, table) = text.split_once("## OWASP ASVS 5.0").expect("the table of ASVS");
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        match cells.as_slice() {
            [row, "1" | "2", _, verdict, evidence] => {
                Some(((*row).to_owned(), (*verdict).to_owned(), (*evidence).to_owned()))
            }
            _ => None,
        }
    });
    rows.collect()
}

/// What stands between backquotes and looks like a function.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|word| {
        word.contains('_')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

// DOC-1
#[test]
fn every_test_that_the_table_of_asvs_names_exists() {
    let tests = tests();
    assert!(tests.len() > 500, "the tests are found: {}", tests.len());
    let text = read("SECURITY.md");
    let (_, table) = text.split_once("## OWASP ASVS 5.0").expect("the table of ASVS");
    let lost = named(table)
        .filter(|name| !tests.contains(*name))
        .map(str::to_owned)
        .collect();
    expect_none(lost, "SECURITY.md names tests that are not there:");
}

// DOC-1
#[test]
fn every_row_of_asvs_has_its_reason() {
    let rows = rows();
    assert!(rows.len() > 100, "the rows are found: {}", rows.len());
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (row, verdict, evidence) in rows {
        if !seen.insert(row.clone()) {
            found.push(format!("{row} stands twice"));
        }
        let whole = match verdict.as_str() {
            "tested" => named(&evidence).next().is_some(),
            "as built" | "not met" | "does not apply" => evidence.len() > 5,
            _ => false,
        };
        if !whole {
            found.push(format!("{row}: {verdict}: {evidence}"));
        }
    }
    expect_none(
        found,
        "A row of SECURITY.md says `tested` with a test, or `as built`, `not met` or `does not apply` with a reason:",
    );
}

// DOC-1, https://keepachangelog.com
#[test]
fn the_changelog_has_its_form() {
    const KINDS: &[&str] = &["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    let text = read("CHANGELOG.md");
    let mut headings = text.lines().filter(|line| line.starts_with("## "));
    assert_eq!(headings.next(), Some("## [Unreleased]"), "news first");
    let odd = text
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .filter(|kind| !KINDS.contains(kind))
        .map(str::to_owned)
        .collect();
    expect_none(
        odd,
        "CHANGELOG.md knows these kinds of change only: Added, Changed, Deprecated, Removed, Fixed, Security; not:",
    );
}
