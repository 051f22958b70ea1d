//! The test-only sign-in (AUTH-18): there in tests, impossible in what is deployed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use config::Environment;
use serde_json::json;
use testkit::World;

use super::App;

const ROUTE: &str = "/api/v1/auth/test/sign-in";

fn folder() -> PathBuf {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    PathBuf::from(here)
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(folder().join(path)).unwrap()
}

/// Compiles the guard alone, as the compiler meets it in the component.
fn compile(feature: bool, debug_assertions: &str) -> Output {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-o"])
        .arg(std::env::temp_dir().join(format!(
            "realcare-bypass-{}-{feature}-{debug_assertions}",
            std::process::id()
        )))
        .arg(format!("-Cdebug-assertions={debug_assertions}"))
        .arg(folder().join("src/bypass.rs"));
    if feature {
        command.args(["--cfg", "feature=\"test-sign-in\""]);
    }
    command.output().unwrap()
}

#[test]
fn a_build_for_deployment_cannot_contain_it() {
    let refused = compile(true, "off");
    assert!(!refused.status.success());
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(message.contains("test-sign-in"), "{message}");
    for (feature, debug_assertions) in [(true, "on"), (false, "off"), (false, "on")] {
        let output = compile(feature, debug_assertions);
        assert!(
            output.status.success(),
            "{feature} {debug_assertions}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_guard_is_part_of_every_build() {
    let lib = text("src/lib.rs");
    let lines: Vec<_> = lib.lines().collect();
    let guard = lines.iter().position(|line| *line == "mod bypass;").unwrap();
    assert!(!lines[guard - 1].starts_with("#["), "it is conditional");
    // Without debug assertions in any profile but those for development, and never by default.
    let workspace = text("../../Cargo.toml");
    assert!(!workspace.contains("debug-assertions"), "{workspace}");
    assert!(!text("Cargo.toml").contains("\ndefault ="));
}

#[tokio::test]
async fn it_signs_in_to_verified_accounts_in_development() {
    let app = App::new();
    app.sign_in("minji@example.com").await;
    app.register("unverified@example.com").await.expect(202);
    let answer = app
        .post(ROUTE, &json!({"email": "minji@example.com"}))
        .await
        .expect(200);
    app.me(&answer.text("access_token")).await.expect(200);
    for email in ["unverified@example.com", "nobody@example.com"] {
        app.post(ROUTE, &json!({"email": email}))
            .await
            .refused(401, "invalid_credentials");
    }
    let elsewhere = App::over(World::new(), Environment::Production);
    elsewhere
        .post(ROUTE, &json!({"email": "minji@example.com"}))
        .await
        .refused(404, "not_found");
}
