//! Who may call whom. A new arrow is the rarest and most argued change: change the table here and in the architecture
//! page together.

use realcare_house::{Package, expect_none, packages, request_sources};

/// Room, and what it may use of ours. Components do the wiring, so they may build the backends that they pass in.
const ARROWS: &[(&str, &[&str])] = &[
    ("guard", &["kv", "store", "http-kit", "config", "domain"]),
    ("store", &["domain", "sql"]),
    ("http-kit", &["domain", "i18n", "config"]),
    ("kv", &["domain"]),
    ("sql", &["domain"]),
    ("config", &["domain"]),
    ("i18n", &["domain"]),
    ("domain", &[]),
];

const COMPONENT: &[&str] = &[
    "http-kit", "guard", "config", "store", "domain", "i18n", "kv", "sql",
];

/// What the rules may use of others: types without input, output, clock or randomness.
const PURE: &[&str] = &["serde", "uuid", "time", "thiserror", "email_address", "utoipa"];

/// Who may name the platform, besides the components.
const PLATFORM: &[&str] = &["sql", "kv", "config", "http-kit"];

fn allowed(package: &Package) -> Option<&'static [&'static str]> {
    if package.is_component() {
        return Some(COMPONENT);
    }
    ARROWS
        .iter()
        .find(|(room, _)| *room == package.room())
        .map(|(_, arrows)| *arrows)
}

#[test]
fn arrows_point_where_the_house_says() {
    let packages = packages();
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| package.is_request_code()) {
        let Some(allowed) = allowed(package) else {
            found.push(format!("{}: a new crate has no row in ARROWS", package.name));
            continue;
        };
        for used in package
            .uses()
            .filter(|used| packages.iter().any(|ours| ours.name == *used))
        {
            let room = used.strip_prefix("realcare-").unwrap_or(used);
            if !allowed.contains(&room) {
                found.push(format!("{} -> {used}", package.name));
            }
        }
    }
    expect_none(
        found,
        "Arrows that the house does not have; move the code to the room that may do this:",
    );
}

#[test]
fn domain_uses_pure_types_only() {
    let found = packages()
        .iter()
        .filter(|package| package.room() == "domain")
        .flat_map(|package| package.uses().map(str::to_owned).collect::<Vec<_>>())
        .filter(|used| !PURE.contains(&used.as_str()) && !used.starts_with("unicode-"))
        .collect();
    expect_none(
        found,
        "domain is pure; do this outside and pass the result in, or argue for a row in PURE:",
    );
}

#[test]
fn only_the_rooms_at_the_border_name_spin() {
    let mut found: Vec<String> = packages()
        .iter()
        .filter(|package| package.is_request_code() && !package.is_component())
        .filter(|package| {
            !PLATFORM.contains(&package.room()) && package.uses().any(|used| used == "spin-sdk")
        })
        .map(|package| format!("{} depends on spin-sdk", package.name))
        .collect();
    for source in request_sources()
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        if !PLATFORM.contains(&source.room()) {
            found.extend(source.find(&["spin_sdk"]));
        }
    }
    expect_none(
        found,
        "Only components, sql, kv, config and http-kit may name spin_sdk; go through one of them:",
    );
}

#[test]
fn sql_text_stands_in_store_only() {
    let found = request_sources()
        .iter()
        .filter(|source| !source.path.starts_with("crates/store/"))
        .flat_map(|source| source.find(&["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"]))
        .collect();
    expect_none(found, "SQL text belongs in crates/store/src/<noun>.rs:");
}

#[test]
fn http_types_stay_out_of_domain_and_store() {
    let found = request_sources()
        .iter()
        .filter(|source| source.path.starts_with("crates/") && ["domain", "store"].contains(&source.room()))
        .flat_map(|source| source.find(&[" http::", "(http::", "<http::", "&http::", "axum"]))
        .collect();
    expect_none(
        found,
        "domain and store know nothing of HTTP; answer a type of their own and translate it in http-kit:",
    );
}
