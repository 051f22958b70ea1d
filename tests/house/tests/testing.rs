//! What `docs/testing.md` promises is there.

use realcare_house::{expect_none, root, sources};

/// Cells of the rows of the page whose last one names tests as `file: function`.
fn rows() -> Vec<(String, Vec<(String, String)>)> {
    let page = std::fs::read_to_string(root().join("docs/testing.md")).expect("docs/testing.md");
    let table = page
        .split("## Properties")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next());
    let lines = table
        .expect("a chapter of properties")
        .lines()
        .filter(|line| line.starts_with("| "));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let tests = cells.get(1)?.split("<br>").filter_map(|test| {
            let (file, function) = test.trim_matches('`').split_once(".rs: ")?;
            Some((format!("{file}.rs"), function.to_owned()))
        });
        Some((cells.first()?.to_string(), tests.collect()))
    };
    lines.filter_map(row).collect()
}

/// The properties that QUAL-1 names, by a word of their row.
const WANTED: &[&str] = &[
    "round trip of a token",
    "invalid tokens",
    "database URL",
    "progress reads back",
    "overall status",
    "limiter",
    "cursor",
    "cleaning",
    "life of a signal",
    "life of a contract",
    "subscriptions",
];

// QUAL-1
#[test]
fn every_property_has_its_test() {
    let rows = rows();
    let mut found: Vec<String> = WANTED
        .iter()
        .filter(|wanted| !rows.iter().any(|(property, _)| property.contains(*wanted)))
        .map(|wanted| format!("no row says {wanted}"))
        .collect();
    for (property, tests) in &rows {
        for (file, function) in tests {
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
            if !text.contains(&format!("fn {function}(")) {
                found.push(format!("{property}: {file} has no fn {function}"));
            }
        }
    }
    expect_none(
        found,
        "docs/testing.md, chapter Properties, names tests that are not there or leaves properties out:",
    );
}

/// Written in two parts, so that this file does not find itself.
const FIXED: &str = concat!("with_", "cases(");

// QUAL-1: 256 cases are the library's default; `cargo xtask hunt properties` raises it by the library's own variable.
#[test]
fn every_property_runs_as_often_as_it_is_told() {
    let found = sources()
        .iter()
        .filter(|source| source.path.ends_with(".rs") && source.text.contains(FIXED))
        .map(|source| source.path.clone())
        .collect();
    expect_none(
        found,
        "A fixed number of cases cannot be raised by a hunt; take the library's default:",
    );
}
