//! schemathesis (<https://schemathesis.readthedocs.io>) against the running app: requests that fit `openapi.json` and requests that do not,
//! one by one and along its links (QUAL-2). `cargo xtask hunt schema` names the program.

use std::env;
use std::path::Path;
use std::process::Command;

use super::size::Size;
use super::world::{Who, World};

/// How long each of the two passes takes if nobody says, in seconds.
const MOMENT: u64 = 40;

/// What would end the sign-in that the requests are made with, or everybody's.
const ENDS_SIGN_INS: &str = "^/api/v1/(auth/(logout|logout-all|sessions.*|change-password)|admin/(revoke-all-tokens|users/.*/revoke-tokens))$";

/// Streams end when they end, and the pages of people are no API.
const NO_API: &str = "/stream$|^/docs|^/redoc";

// QUAL-2, OPS-6
#[test]
#[ignore = "needs schemathesis: cargo xtask hunt schema"]
fn the_document_is_what_the_app_does() {
    let program = env::var_os("REALCARE_SCHEMATHESIS").expect("REALCARE_SCHEMATHESIS names the program");
    let (world, size) = (World::start(), Size::read());
    let seconds = size.seconds().unwrap_or(MOMENT);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("two folders below the root");
    let passes = [
        (Who::Owner, "--exclude-path-regex"),
        (Who::Admin, "--include-path-regex"),
    ];
    for (who, admins) in passes {
        let token = world.token(who).expect("somebody");
        let mut command = Command::new(&program);
        command
            .arg("run")
            .arg(root.join("openapi.json"))
            .current_dir(world.app().folder());
        command.args(["--url", &format!("http://{}", world.app().address())]);
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command.args(["--exclude-path-regex", &format!("{ENDS_SIGN_INS}|{NO_API}")]);
        command.args([admins, "^/api/v1/admin/"]);
        command.args([
            "--max-time",
            &seconds.to_string(),
            "--seed",
            &size.seed().to_string(),
        ]);
        command.args([
            "--request-timeout",
            "20",
            "--continue-on-failure",
            "--suppress-health-check",
            "all",
            "--no-color",
        ]);
        command.args(["--checks", CHECKS, "--warnings", "off"]);
        command.env("SCHEMATHESIS_HOOKS", "").env("NO_COLOR", "1");
        let output = command.output().expect("schemathesis runs");
        let text = String::from_utf8_lossy(&output.stdout);
        println!("{text}");
        assert!(
            output.status.success(),
            "{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// What is held to the document.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,unsupported_method,ignored_auth";
