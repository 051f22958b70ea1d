//! Takes the interface definitions of the platform out of the `spin-sdk` package, so that they are never retyped here.
//!
//! The package is found through `cargo metadata` (it is a dependency for Wasm targets only, hence pinned by the
//! lock file but not linked), its `wit` directory is copied to `OUT_DIR`, and a `bindgen!` call over that copy is
//! written next to it. The call has to be generated because the macro wants a literal path.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The interfaces that the host implements beyond WASI itself.
const IMPORTS: &[&str] = &[
    "spin:key-value/key-value@3.0.0",
    "spin:sqlite/sqlite@3.1.0",
    "spin:postgres/postgres@4.2.0",
    "spin:variables/variables@3.0.0",
    "wasi:keyvalue/store@0.2.0-draft2",
    "wasi:keyvalue/atomics@0.2.0-draft2",
    "wasi:keyvalue/batch@0.2.0-draft2",
    "wasi:config/store@0.2.0-draft-2024-09-27",
];

/// Errors that a guest is handed as values: implementations return them with `?`, and none of them traps.
const ERRORS: &[(&str, &str)] = &[
    (
        "spin:key-value/key-value@3.0.0.error",
        "spin::key_value::key_value::Error",
    ),
    ("spin:sqlite/sqlite@3.1.0.error", "spin::sqlite::sqlite::Error"),
    (
        "spin:postgres/postgres@4.2.0.error",
        "spin::postgres::postgres::Error",
    ),
    (
        "spin:variables/variables@3.0.0.error",
        "spin::variables::variables::Error",
    ),
    ("wasi:keyvalue/store.error", "wasi::keyvalue::store::Error"),
    (
        "wasi:keyvalue/atomics.cas-error",
        "wasi::keyvalue::atomics::CasError",
    ),
    (
        "wasi:config/store@0.2.0-draft-2024-09-27.error",
        "wasi::config::store::Error",
    ),
];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let sdk = sdk_directory();
    let wit = out.join("wit");
    if wit.exists() {
        fs::remove_dir_all(&wit).expect("the old copy of the interface definitions can be removed");
    }
    copy_tree(&sdk.join("wit"), &wit);
    fs::write(out.join("bindings.rs"), bindgen_call(&wit)).expect("OUT_DIR is writable");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
}

/// Asks cargo where the pinned `spin-sdk` lies.
fn sdk_directory() -> PathBuf {
    let output = Command::new(env::var_os("CARGO").expect("cargo sets CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            "wasm32-wasip2",
        ])
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo metadata failed, run `cargo fetch` first: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let package = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "spin-sdk")
        .expect("spin-sdk is a dependency of this package for Wasm targets");
    let manifest = Path::new(
        package["manifest_path"]
            .as_str()
            .expect("a package has a manifest"),
    );
    manifest
        .parent()
        .expect("a manifest lies in a directory")
        .to_owned()
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("OUT_DIR is writable");
    for entry in fs::read_dir(from).expect("spin-sdk ships its interface definitions in `wit`") {
        let entry = entry.expect("the directory can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("OUT_DIR is writable");
        }
    }
}

fn bindgen_call(wit: &Path) -> String {
    let imports: String = IMPORTS
        .iter()
        .map(|name| format!("        import {name};\n"))
        .collect();
    let errors: String = ERRORS
        .iter()
        .map(|(wit, rust)| format!("        {wit:?} => {rust},\n"))
        .collect();
    format!(
        "wasmtime::component::bindgen!({{\n    inline: \"package realcare:host;\n    world capabilities {{\n{imports}    }}\",\n    \
         path: {path:?},\n    imports: {{ default: async | trappable }},\n    trappable_error_type: {{\n{errors}    }},\n}});\n",
        path = wit.display().to_string(),
    )
}
