//! Writes `openapi.json` at the root of the repository; `cargo xtask openapi` runs it.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::write(root.join(realcare_openapi::FILE), realcare_openapi::text())
}
