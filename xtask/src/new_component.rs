//! `cargo xtask new-component NAME`: fills `xtask/templates/component` in and enters the result in the manifest.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use crate::workspace::{Workspace, cargo};
use crate::{manifest, process, term};

/// What `cargo xtask new-component` understands.
#[derive(clap::Args)]
pub struct Args {
    /// The component's name: a lower-case noun, for example `billing`
    name: String,
}

/// The stores that the guard of every component needs.
const STORES: &[&str] = &["revocations", "counters"];

/// The variables that the guard of every component needs.
const VARIABLES: &[&str] = &[
    "environment",
    "public_url",
    "token_audience",
    "verifying_keys",
    "database_url",
    "trusted_proxies",
    "rate_limits",
    "cors_allowed_origins",
];

/// Where the house rules keep what each component may use.
const PRIVILEGES: &str = "tests/house/privileges.toml";

/// The package whose access test walks the routes of every component.
const ACCESS: &str = "tests/blackbox";

/// The package that makes the API document.
const DOCUMENT: &str = "tests/openapi";

/// Runs `cargo xtask new-component`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let name = args.name.as_str();
    check_name(name)?;
    let folder = workspace.root.join("components").join(name);
    let mut manifest = manifest::load(&workspace.root)?;
    let entered = manifest
        .get("component")
        .and_then(|components| components.get(name))
        .is_some();
    if folder.exists() || entered {
        bail!("there is a component {name} already: choose another name");
    }
    enter(&mut manifest, name)?;
    let privileges = privileges(&workspace.root, name)?;
    fill(&workspace.root.join("xtask/templates/component"), &folder, name)?;
    walk(&workspace.root.join(ACCESS), name)?;
    document(&workspace.root.join(DOCUMENT), name)?;
    fs::write(workspace.root.join("spin.toml"), manifest.to_string())?;
    // Names have different lengths, so that lines of the template break differently.
    process::read(cargo().current_dir(&workspace.root).args([
        "fmt",
        "--package",
        &format!("realcare-{name}"),
    ]))
    .context("the new component cannot be formatted; does `members` in Cargo.toml have components/*?")?;
    if let Some(text) = privileges {
        fs::write(workspace.root.join(PRIVILEGES), text)?;
    }
    term::note(format_args!(
        "made components/{name}, entered it in spin.toml with the route {}",
        route(name)
    ));
    term::note(
        "next: write its routes in src/routes.rs, then `cargo xtask openapi` and `cargo xtask test --fast`",
    );
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if !first
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        || name.len() > 30
    {
        bail!("the name {name:?} must be a lower-case noun of letters and digits, for example billing");
    }
    Ok(())
}

fn route(name: &str) -> String {
    format!("/api/v1/{name}/...")
}

/// Adds the trigger and the component, leaving everything else as it stands.
fn enter(manifest: &mut DocumentMut, name: &str) -> Result<()> {
    let triggers = table(manifest.as_table_mut(), "trigger")?
        .entry("http")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .context("spin.toml: [[trigger.http]] is not a list of tables")?;
    let mut trigger = Table::new();
    trigger["route"] = value(route(name));
    trigger["component"] = value(name);
    triggers.push(trigger);
    let mut component = Table::new();
    component["source"] = value(format!("target/components/{name}.wasm"));
    component["key_value_stores"] = value(STORES.iter().copied().collect::<Array>());
    let mut variables = Table::new();
    for name in VARIABLES {
        variables[name] = value(format!("{{{{ {name} }}}}"));
    }
    component["variables"] = Item::Table(variables);
    let mut build = Table::new();
    build["command"] = value(format!("cargo xtask build --release {name}"));
    component["build"] = Item::Table(build);
    table(manifest.as_table_mut(), "component")?.insert(name, Item::Table(component));
    Ok(())
}

fn table<'a>(parent: &'a mut Table, key: &str) -> Result<&'a mut Table> {
    let item = parent.entry(key).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_mut()
        .with_context(|| format!("spin.toml: [{key}] is not a table"))
}

/// The house rules' table with a row for the new component, which begins with what its guard needs and nothing else.
fn privileges(root: &Path, name: &str) -> Result<Option<String>> {
    let Ok(text) = fs::read_to_string(root.join(PRIVILEGES)) else {
        return Ok(None);
    };
    let mut document: DocumentMut = text.parse().with_context(|| format!("{PRIVILEGES} is broken"))?;
    let mut row = Table::new();
    row["key_value_stores"] = value(STORES.iter().copied().collect::<Array>());
    row["variables"] = value(VARIABLES.iter().copied().collect::<Array>());
    document.as_table_mut().insert(name, Item::Table(row));
    Ok(Some(document.to_string()))
}

/// Has the access test walk the new component: its table, and its one public route.
fn walk(package: &Path, name: &str) -> Result<()> {
    depend(package, "dev-dependencies", name)?;
    edit(package, "tests/api/tables.rs", &|text| {
        let (before, after) = text.split_once("\n    ]\n")?;
        Some(format!(
            "{before}\n        (\"{name}\", table(&{name}::routes::entries())),\n    ]\n{after}"
        ))
    })?;
    edit(package, "public-routes.txt", &|text| {
        Some(format!("{text}GET /api/v1/{name}/about\n"))
    })
}

/// Has the API document take the new component in: its table, and its group of operations.
fn document(package: &Path, name: &str) -> Result<()> {
    depend(package, "dependencies", name)?;
    edit(package, "src/tables.rs", &|text| {
        let (before, after) = text.split_once("\n    ]\n")?;
        Some(format!(
            "{before}\n        (\"{name}\", operations(&{name}::routes::entries())),\n    ]\n{after}"
        ))
    })?;
    edit(package, "src/info.rs", &|text| {
        let (before, after) = text.split_once("\n    ]\n    .map(tag)")?;
        Some(format!(
            "{before}\n        (\"{name}\", \"The component {name}.\"),\n    ]\n    .map(tag){after}"
        ))
    })
}

/// Lets a test package use the new component.
fn depend(package: &Path, table: &str, name: &str) -> Result<()> {
    edit(package, "Cargo.toml", &|text| {
        let mut document: DocumentMut = text.parse().ok()?;
        let mut dependency = toml_edit::InlineTable::new();
        dependency.insert("package", format!("realcare-{name}").into());
        dependency.insert("path", format!("../../components/{name}").into());
        document[table][name] = value(dependency);
        Some(document.to_string())
    })
}

fn edit(package: &Path, file: &str, change: &dyn Fn(&str) -> Option<String>) -> Result<()> {
    let path = package.join(file);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let changed = change(&text).with_context(|| format!("{} has lost its form", path.display()))?;
    fs::write(&path, changed).with_context(|| format!("cannot write {}", path.display()))
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// Copies the template with `{{name}}` filled in, in names of files, too. The ending `.in` keeps cargo and rustfmt from
/// taking a template for a source.
fn fill(from: &Path, to: &Path, name: &str) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().replace("{{name}}", name);
        let target = to.join(file.strip_suffix(".in").unwrap_or(&file));
        if entry.file_type()?.is_dir() {
            fill(&entry.path(), &target, name)?;
        } else {
            let text = fs::read_to_string(entry.path())?;
            let text = text
                .replace("{{name}}", name)
                .replace("{{Name}}", &capitalised(name));
            fs::write(&target, text).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enters_a_component_and_keeps_the_comments() {
        let before = "# kept\nspin_manifest_version = 2\n\n[[trigger.http]] # kept too\nroute = \"/a\"\ncomponent = \"a\"\n\n\
                      [component.a]\nsource = \"a.wasm\"\n";
        let mut document: DocumentMut = before.parse().unwrap();
        enter(&mut document, "billing").unwrap();
        let after = document.to_string();
        assert!(after.contains("# kept\n") && after.contains("# kept too"));
        assert_eq!(manifest::routes(&after.parse().unwrap()).len(), 2);
        assert!(after.contains("[component.billing]\nsource = \"target/components/billing.wasm\""));
        assert!(check_name("Bad-name").is_err());
    }
}
