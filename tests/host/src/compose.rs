//! WIT dependencies: components that satisfy imports of another one, joined into a single component.
//!
//! A dependency keeps only those host interfaces that it inherits. The others are replaced by stubs that trap, as on
//! Spin; there is no error in between.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use wac_graph::{
    CompositionGraph, EncodeOptions, NodeId,
    types::{Package, WorldId},
};

use crate::{
    deny,
    manifest::{Component, Dependency, Inherit, Manifest},
};

/// The binary of component `id` with all its dependencies built in.
///
/// # Errors
/// A file that is missing, or a dependency that does not fit.
pub fn compose(manifest: &Manifest, id: &str) -> Result<Vec<u8>> {
    let entry = &manifest.components[id];
    let binary = read(&manifest.directory.join(&entry.source))?;
    if entry.dependencies.is_empty() {
        return Ok(binary);
    }
    let mut graph = CompositionGraph::new();
    let root = register(&mut graph, id, binary)?;
    for (name, dependency) in &entry.dependencies {
        satisfy(&mut graph, manifest, entry, root, name, dependency)
            .with_context(|| format!("dependency {name:?}"))?;
    }
    let exports: Vec<_> = graph.types()[root.world].exports.keys().cloned().collect();
    for export in exports {
        let node = graph.alias_instance_export(root.node, &export)?;
        graph.export(node, &export)?;
    }
    graph
        .encode(EncodeOptions::default())
        .map_err(|error| anyhow!("cannot be composed: {error}"))
}

#[derive(Clone, Copy)]
struct Registered {
    world: WorldId,
    node: NodeId,
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}: build it first", path.display()))
}

fn register(graph: &mut CompositionGraph, name: &str, binary: Vec<u8>) -> Result<Registered> {
    let package = Package::from_bytes(name, None, binary, graph.types_mut())?;
    let world = package.ty();
    let package = graph.register_package(package)?;
    Ok(Registered {
        world,
        node: graph.instantiate(package),
    })
}

/// Wires every import of `root` that `name` means to the exports of one dependency.
fn satisfy(
    graph: &mut CompositionGraph,
    manifest: &Manifest,
    entry: &Component,
    root: Registered,
    name: &str,
    dependency: &Dependency,
) -> Result<()> {
    let imports = graph.types()[root.world].imports.keys();
    let imports: Vec<_> = imports.filter(|import| matches(name, import)).cloned().collect();
    if imports.is_empty() {
        bail!("matches no import of the component");
    }
    let source = match (&dependency.component, &dependency.path) {
        (Some(id), _) => &manifest.components[id].source,
        (None, Some(path)) => path,
        (None, None) => bail!("needs `component` or `path`"),
    };
    let binary = read(&manifest.directory.join(source))?;
    let inherited = match (
        &dependency.inherit_configuration,
        entry.dependencies_inherit_configuration,
    ) {
        (Some(inherit), _) => inherit.clone(),
        (None, default) => Inherit::All(default.unwrap_or(false)),
    };
    let binary = deny::apply(binary, &inherited)?;
    let registered = register(graph, name, binary)?;
    for import in imports {
        let export = dependency.export.as_deref().unwrap_or(&import);
        let node = graph
            .alias_instance_export(registered.node, export)
            .map_err(|_| anyhow!("does not export {export:?} to satisfy import {import:?}"))?;
        graph.set_instantiation_argument(root.node, &import, node)?;
    }
    Ok(())
}

/// Whether a dependency called `ns:package[/interface][@version]` (or a plain name) means this import.
fn matches(name: &str, import: &str) -> bool {
    let (name, version) = split_version(name);
    let (import, import_version) = split_version(import);
    let right_version = version.is_none() || version == import_version;
    let right_name = match (name.contains('/'), import.split_once('/')) {
        (false, Some((package, _))) => name == package,
        _ => name == import,
    };
    right_name && right_version
}

fn split_version(name: &str) -> (&str, Option<&str>) {
    name.split_once('@')
        .map_or((name, None), |(name, version)| (name, Some(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_by_package_interface_and_version() {
        for (name, import, expected) in [
            ("a:b/c@1.0.0", "a:b/c@1.0.0", true),
            ("a:b/c", "a:b/c@1.0.0", true),
            ("a:b@1.0.0", "a:b/c@1.0.0", true),
            ("a:b", "a:b/d", true),
            ("a:b/c@1.0.0", "a:b/c@1.0.1", false),
            ("a:b/c@1.0.0", "a:b/d@1.0.0", false),
            ("plain", "plain", true),
            ("a", "a:b/c", false),
        ] {
            assert_eq!(matches(name, import), expected, "{name} {import}");
        }
    }
}
