//! The manifest that an app of a test is started with.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// Writes the project's manifest into `folder`, with its components where they are, as Spin reads it under each of these profiles in turn.
/// Spin itself takes one profile, and the stand-in none; so both get a manifest without.
pub fn write(root: &Path, folder: &Path, profiles: &[&str]) {
    let text = fs::read_to_string(root.join("spin.toml")).expect("the manifest is there");
    let components = format!("\"{}/target/components/", root.display());
    let mut manifest: Table = text
        .replace("\"target/components/", &components)
        .parse()
        .expect("the manifest is TOML");
    for profile in profiles {
        let changed = compose(&mut manifest, profile);
        assert!(changed, "spin.toml has no profile {profile}");
    }
    // Spin mounts what lies below the manifest only.
    fs::create_dir_all(folder.join("target")).expect("a folder can be made");
    std::os::unix::fs::symlink(root.join("target/site"), folder.join("target/site"))
        .expect("a link can be made");
    let text = toml::to_string(&manifest).expect("a manifest can be written");
    fs::write(folder.join("spin.toml"), text).expect("the manifest can be written");
}

/// Has every component import what it imports under a profile; false if none has that profile.
fn compose(manifest: &mut Table, profile: &str) -> bool {
    let components = manifest.get_mut("component").and_then(Value::as_table_mut);
    let mut is_known = false;
    for (_, component) in components.expect("components").iter_mut() {
        let Some(chosen) = component.get("profile").and_then(|all| all.get(profile)).cloned() else {
            continue;
        };
        is_known = true;
        let chosen = chosen.as_table().expect("a profile is a table");
        let only = chosen.keys().all(|key| key == "dependencies");
        assert!(only, "tests know only of dependencies in profiles: {chosen:?}");
        let chosen = chosen.get("dependencies").and_then(Value::as_table);
        let dependencies = component.get_mut("dependencies").and_then(Value::as_table_mut);
        let dependencies = dependencies.expect("dependencies to change");
        dependencies.extend(
            chosen
                .into_iter()
                .flatten()
                .map(|(import, adapter)| (import.clone(), adapter.clone())),
        );
    }
    is_known
}
