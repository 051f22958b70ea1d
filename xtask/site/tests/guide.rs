//! The guide is whole: every code of a problem has its page, every link leads somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use http_kit::{Code, Language, Problem};
use realcare_site::{book, errors, links};

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("xtask/site lies two folders below the root")
        .to_owned()
}

// CONV-4
#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let folder = root().join("docs/errors");
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("docs/errors is there")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "index.md")
        .collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| errors::file(*code)).collect();
    assert_eq!(pages, codes);
}

#[test]
fn what_a_page_says_of_its_code_is_so() {
    for code in Code::ALL {
        let path = root().join("docs/errors").join(errors::file(*code));
        let text = std::fs::read_to_string(&path).expect("a page");
        assert!(
            text.starts_with(&format!("# {}\n", code.title())),
            "{}",
            path.display()
        );
        for part in ["## When it comes\n", "## What to do\n"] {
            let after = text
                .split_once(part)
                .map(|(_, after)| after.trim())
                .unwrap_or_default();
            assert!(after.len() > 20, "{}: {part}", path.display());
        }
        let renewed =
            errors::renew(&text, *code).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(renewed, text, "run `cargo xtask reference`");
    }
}

// CONV-4: the type of a problem is an address that the component serves.
#[test]
fn the_type_of_a_problem_points_to_its_page() {
    let pages = book::render(&root().join("docs")).expect("a guide");
    for code in Code::ALL {
        let body = Problem::new(*code).body(Language::English, "/", "r");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let address = body["type"].as_str().expect("a type");
        if *code == Code::QuotaExceeded {
            assert!(
                address.starts_with("https://iana.org/"),
                "a registered type stays: {address}"
            );
            continue;
        }
        let path = address.strip_prefix("/docs/").expect("a page of the guide");
        assert!(
            pages.iter().any(|page| page.path == format!("{path}.html")),
            "{address}"
        );
    }
}

#[test]
fn every_link_leads_somewhere() {
    let root = root();
    let pages = links::pages(&root).expect("pages");
    let dead = links::dead(&root, &pages).expect("the guide is rendered");
    assert!(
        dead.is_empty(),
        "links that lead nowhere:\n  {}",
        dead.join("\n  ")
    );
}

// The guide's policy allows neither.
#[test]
fn no_page_of_the_guide_holds_a_script_or_a_style() {
    for page in book::render(&root().join("docs")).expect("a guide") {
        for word in ["<script", "<style", " style=\"", " onclick"] {
            assert!(!page.html.contains(word), "{}: {word}", page.path);
        }
    }
}
