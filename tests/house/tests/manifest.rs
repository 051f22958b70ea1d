//! The manifest: every component is served, and each has what it needs and no more.

use std::collections::{BTreeMap, BTreeSet};

use realcare_house::{expect_none, packages, toml};

/// The lists of a component that are privileges.
const PRIVILEGES: &[&str] = &[
    "key_value_stores",
    "sqlite_databases",
    "allowed_outbound_hosts",
    "files",
    "variables",
];

/// What a dependency may inherit. Spin silently ignores any other word, so that an import would trap at run time.
const INHERITABLE: &[&str] = &[
    "ai_models",
    "allowed_outbound_hosts",
    "environment",
    "files",
    "key_value_stores",
    "sqlite_databases",
    "variables",
];

fn folders() -> Vec<String> {
    let of = |folder: String| folder.strip_prefix("components/").map(str::to_owned);
    packages()
        .iter()
        .filter_map(|package| of(package.folder()))
        .collect()
}

fn components() -> BTreeMap<String, toml::Table> {
    let manifest = toml("spin.toml");
    let Some(components) = manifest.get("component").and_then(toml::Value::as_table) else {
        return BTreeMap::new();
    };
    components
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_table()?.clone())))
        .collect()
}

/// The dependencies of a component, as tables, in every profile.
fn dependencies(component: &toml::Table) -> Vec<(String, toml::Table)> {
    let profiles = component.get("profile").and_then(toml::Value::as_table);
    let profiles = profiles
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(toml::Value::as_table);
    std::iter::once(component)
        .chain(profiles)
        .flat_map(dependencies_of)
        .collect()
}

fn dependencies_of(part: &toml::Table) -> Vec<(String, toml::Table)> {
    let Some(dependencies) = part.get("dependencies").and_then(toml::Value::as_table) else {
        return Vec::new();
    };
    dependencies
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_table()?.clone())))
        .collect()
}

/// The names of components that answer a route or that another component imports.
fn reachable() -> BTreeSet<String> {
    let manifest = toml("spin.toml");
    let triggers = manifest
        .get("trigger")
        .and_then(|trigger| trigger.get("http"))
        .and_then(toml::Value::as_array);
    let text = |value: &toml::Value| {
        value
            .get("component")
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    let routed = triggers.into_iter().flatten().filter_map(text);
    let imported = components()
        .values()
        .flat_map(dependencies)
        .filter_map(|(_, dependency)| Some(dependency.get("component")?.as_str()?.to_owned()))
        .collect::<Vec<_>>();
    routed.chain(imported).collect()
}

#[test]
fn every_folder_is_a_served_component() {
    let (components, reachable) = (components(), reachable());
    let mut found = Vec::new();
    for name in folders() {
        let source = components
            .get(&name)
            .and_then(|component| component.get("source"))
            .and_then(toml::Value::as_str);
        let expected = format!("target/components/{name}.wasm");
        if source != Some(expected.as_str()) {
            found.push(format!("[component.{name}] needs source = \"{expected}\""));
        }
        if !reachable.contains(&name) {
            found.push(format!(
                "{name} needs a [[trigger.http]] with a route, or somebody who imports it"
            ));
        }
    }
    expect_none(found, "components/ and spin.toml disagree:");
}

#[test]
fn every_component_has_a_folder() {
    let folders = folders();
    let found = components()
        .into_iter()
        .filter(|(name, component)| {
            component.get("source").is_some_and(toml::Value::is_str) && !folders.contains(name)
        })
        .map(|(name, _)| format!("[component.{name}] has no components/{name}"))
        .collect();
    expect_none(found, "spin.toml names components that are not there:");
}

#[test]
fn each_component_has_only_what_it_needs() {
    let expected = toml("tests/house/privileges.toml");
    let components = components();
    let names: BTreeSet<&String> = components.keys().chain(expected.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        let (Some(component), Some(expected)) = (components.get(name), expected.get(name)) else {
            found.push(format!(
                "{name} stands in only one of spin.toml and tests/house/privileges.toml"
            ));
            continue;
        };
        for privilege in PRIVILEGES {
            let has = words(component.get(*privilege));
            let may = words(expected.get(*privilege));
            found.extend(
                has.difference(&may)
                    .map(|word| format!("{name} has {privilege} {word:?} and needs it not")),
            );
            found.extend(
                may.difference(&has)
                    .map(|word| format!("{name} lacks {privilege} {word:?}")),
            );
        }
    }
    expect_none(
        found,
        "Least privilege: correct spin.toml, or decide anew in tests/house/privileges.toml:",
    );
}

/// A list of words or of mounted folders, or the keys of a table.
fn words(value: Option<&toml::Value>) -> BTreeSet<String> {
    match value {
        Some(toml::Value::Array(list)) => list
            .iter()
            .filter_map(|word| word.get("source").unwrap_or(word).as_str().map(str::to_owned))
            .collect(),
        Some(toml::Value::Table(table)) => table.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn dependencies_inherit_words_that_spin_knows() {
    let mut found = Vec::new();
    for (name, component) in components() {
        for (import, dependency) in dependencies(&component) {
            let unknown = words(dependency.get("inherit_configuration"))
                .into_iter()
                .filter(|word| !INHERITABLE.contains(&word.as_str()))
                .map(|word| format!("{name} -> {import}: {word:?}"));
            found.extend(unknown);
        }
    }
    expect_none(
        found,
        "Spin ignores these words of inherit_configuration without a message:",
    );
}
