//! Takes host interfaces away from a dependency that does not inherit them.
//!
//! The taken interfaces are satisfied by a component made for the purpose, all of whose functions trap. As on Spin,
//! unknown names among the inherited sets mean nothing, and interfaces that no set names stay available.

use anyhow::{Context, Result, bail};
use wac_graph::{CompositionGraph, EncodeOptions, types::Package};
use wit_component::{ComponentEncoder, DecodedWasm, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId, WorldKey};

use crate::manifest::Inherit;

/// Which interfaces, of any version, each inheritable set consists of.
const SETS: &[(&str, &[&str])] = &[
    ("ai_models", &["fermyon:spin/llm"]),
    (
        "allowed_outbound_hosts",
        &[
            "fermyon:spin/http",
            "fermyon:spin/mqtt",
            "fermyon:spin/mysql",
            "fermyon:spin/postgres",
            "fermyon:spin/redis",
            "spin:mqtt/mqtt",
            "spin:mysql/mysql",
            "spin:postgres/postgres",
            "spin:redis/redis",
            "wasi:http/client",
            "wasi:http/outgoing-handler",
            "wasi:sockets/ip-name-lookup",
            "wasi:sockets/tcp",
            "wasi:sockets/tcp-create-socket",
            "wasi:sockets/udp",
            "wasi:sockets/udp-create-socket",
        ],
    ),
    ("environment", &["wasi:cli/environment"]),
    ("files", &["wasi:filesystem/preopens"]),
    (
        "key_value_stores",
        &[
            "fermyon:spin/key-value",
            "spin:key-value/key-value",
            "wasi:keyvalue/store",
        ],
    ),
    ("sqlite_databases", &["fermyon:spin/sqlite", "spin:sqlite/sqlite"]),
    (
        "variables",
        &[
            "fermyon:spin/config",
            "fermyon:spin/variables",
            "spin:variables/variables",
            "wasi:config/store",
        ],
    ),
];

/// The dependency with everything replaced by traps that it does not inherit.
///
/// # Errors
/// The binary is no component.
pub fn apply(binary: Vec<u8>, inherited: &Inherit) -> Result<Vec<u8>> {
    let DecodedWasm::Component(mut resolve, world) = wit_component::decode(&binary)? else {
        bail!("is a package of interfaces, not a component");
    };
    let denied: Vec<_> = imports(&resolve, world)
        .filter(|name| is_denied(name, inherited))
        .collect();
    if denied.is_empty() {
        return Ok(binary);
    }
    let stub = stub(&mut resolve, &denied).context("cannot make the stubs for what is not inherited")?;
    plug(binary, stub, &denied)
}

fn imports(resolve: &Resolve, world: WorldId) -> impl Iterator<Item = String> {
    resolve.worlds[world].imports.keys().filter_map(|key| match key {
        WorldKey::Interface(id) => resolve.id_of(*id),
        WorldKey::Name(_) => None,
    })
}

fn is_denied(import: &str, inherited: &Inherit) -> bool {
    let name = import.split_once('@').map_or(import, |(name, _)| name);
    let Some((set, _)) = SETS.iter().find(|(_, interfaces)| interfaces.contains(&name)) else {
        return false;
    };
    match inherited {
        Inherit::All(all) => !all,
        Inherit::Some(sets) => !sets.iter().any(|inherited| inherited == set),
    }
}

/// A component that exports the interfaces and traps in every function.
fn stub(resolve: &mut Resolve, interfaces: &[String]) -> Result<Vec<u8>> {
    let exports: String = interfaces.iter().map(|name| format!("export {name}; ")).collect();
    let package = resolve.push_str(
        "denied.wit",
        &format!("package realcare:denied; world denied {{ {exports} }}"),
    )?;
    let world = resolve.select_world(&[package], Some("denied"))?;
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default().module(&module)?.encode()
}

/// Hands the exports of `stub` to the component as its imports.
fn plug(binary: Vec<u8>, stub: Vec<u8>, interfaces: &[String]) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let socket = Package::from_bytes("dependency", None, binary, graph.types_mut())?;
    let plug = Package::from_bytes("denied", None, stub, graph.types_mut())?;
    let exports: Vec<_> = graph.types()[socket.ty()].exports.keys().cloned().collect();
    let socket = graph.register_package(socket)?;
    let plug = graph.register_package(plug)?;
    let socket = graph.instantiate(socket);
    let plug = graph.instantiate(plug);
    for interface in interfaces {
        let export = graph.alias_instance_export(plug, interface)?;
        graph.set_instantiation_argument(socket, interface, export)?;
    }
    for name in exports {
        let export = graph.alias_instance_export(socket, &name)?;
        graph.export(export, &name)?;
    }
    Ok(graph.encode(EncodeOptions::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_inherited_stays() {
        let some = Inherit::Some(vec!["variables".into(), "misspelt".into()]);
        for (import, inherited, expected) in [
            ("spin:variables/variables@3.0.0", &some, false),
            ("spin:key-value/key-value@3.0.0", &some, true),
            ("wasi:cli/environment@0.2.6", &some, true),
            ("wasi:clocks/wall-clock@0.2.6", &some, false),
            ("spin:sqlite/sqlite@3.1.0", &Inherit::All(true), false),
            ("spin:sqlite/sqlite@3.1.0", &Inherit::All(false), true),
        ] {
            assert_eq!(is_denied(import, inherited), expected, "{import}");
        }
    }
}
